import { testClinic } from '#sdk/testing';
import { deliveryOf } from './post.ts';
import { store } from './supply.fixture.ts';

const clinic = testClinic(import.meta.dirname);

test('no path gives an expired lot to a patient', async () => {
  const { location, lots } = await store(clinic, 'expired', [
    { number: 'OLD', expires: '2020-01-31', there: 50 },
    { number: 'NEW', there: 50 },
  ]);
  const [old = '', fresh = ''] = lots;
  const at = new Date().toISOString();
  const accepted = deliveryOf({ type: 'issue', lot: fresh, quantity: 1, origin: location, at });
  const refused = deliveryOf({ type: 'issue', lot: old, quantity: 1, origin: location, at });
  const path = 'SupplyDelivery.suppliedItem.item.reference';
  const bypasses = await clinic.bypasses({
    accepted,
    refused,
    fhirPathPatch: {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'replace' },
            { name: 'path', valueString: path },
            { name: 'value', valueString: `Medication/${old}` },
          ],
        },
      ],
    },
    fault: 'supply.lotExpired',
  });
  // Versions of a movement that is there already are refused before anything is asked about the lot.
  expect(bypasses.filter(({ outcome }) => !outcome.includes('supply.frozen'))).toEqual([]);
  expect(bypasses.every(({ status, isUnchanged }) => status === 422 && isUnchanged)).toBe(true);
});
