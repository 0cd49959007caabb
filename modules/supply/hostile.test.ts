import type { ResourceOf } from '#sdk';
import { testClinic } from '#sdk/testing';
import { deliveryOf } from './post.ts';
import { lot, store } from './supply.fixture.ts';

/** As lenient as a server can be set: what profiles refuse elsewhere, rules have to. */
const clinic = testClinic(import.meta.dirname, { env: { VALIDATION: 'structure', REFERENTIAL_INTEGRITY: 'false' } });

test('what cannot be counted, dated or kept is refused, never a failure of the server', async () => {
  const { location, product, lots } = await store(clinic, 'hostile', [{ number: 'A1', there: 30 }]);
  const [id = ''] = lots;
  const batch = (more: object): object => ({ ...lot({ product, number: 'B1' }), batch: { lotNumber: 'B1', ...more } });
  const movement = (more: object): object => ({
    ...deliveryOf({ type: 'issue', lot: id, quantity: 1, origin: location }),
    ...more,
  });
  const amount = (quantity: object): object => ({
    suppliedItem: { quantity, itemReference: { reference: `Medication/${id}` } },
  });
  const bad: readonly (readonly [string, object])[] = [
    ['Medication', batch({ expirationDate: '2027-02-30' })],
    ['Medication', batch({ lotNumber: 'x'.repeat(5000) })],
    ['Medication', lot({ product: 'nobody', number: 'B2' })],
    ['SupplyDelivery', movement(amount({ value: 1e15 }))],
    ['SupplyDelivery', movement(amount({ value: -1 }))],
    ['SupplyDelivery', movement(amount({}))],
    ['SupplyDelivery', movement(amount({ value: 1, code: '__proto__', system: 'http://unitsofmeasure.org' }))],
    ['SupplyDelivery', movement({ suppliedItem: undefined })],
    ['SupplyDelivery', movement({ destination: { reference: 'Location/nowhere' } })],
    ['SupplyDelivery', movement({ status: 'entered-in-error' })],
    ['SupplyDelivery', movement({ occurrenceTiming: { repeat: { count: 2 } } })],
    ['SupplyDelivery', deliveryOf({ type: 'receipt', lot: 'none', quantity: 1, destination: location })],
  ];
  for (const [type, body] of bad) {
    const answer = await clinic.send('POST', type, body);
    expect([answer.status, JSON.stringify(body).slice(0, 400)]).toEqual([422, expect.any(String)]);
  }
  const costly = deliveryOf({ type: 'receipt', lot: id, quantity: 1, destination: location });
  const cost: ResourceOf<'SupplyDelivery'>['extension'] = [
    {
      url: 'https://athanor.health/fhir/StructureDefinition/movement-unit-cost',
      valueMoney: { value: 1e30, currency: 'GBP' },
    },
  ];
  const answer = await clinic.send('POST', 'SupplyDelivery', {
    ...costly,
    extension: [...(costly.extension ?? []), ...cost],
  });
  expect(answer.status).toBe(422);
  const long = { ...lot({ product, number: 'LONG' }), manufacturer: { display: 'y'.repeat(20_000) } };
  expect((await clinic.send('POST', 'Medication', long)).status).toBe(201);
  const nul = await clinic.send('POST', 'Medication', batch({ lotNumber: 'A\u0000B' }));
  expect(Math.floor(nul.status / 100)).toBe(4);
});

test.each([
  '$report?report=stock-abc-analysis&from=2026-02-30&to=2026',
  '$report?report=vendor-performance&from=2026-02&to=2026-02-30',
  '$report?report=dead-stock&days=2147483647',
  'Location/stock-transit/$availability?product=nothing',
  'Location/stock-transit/$availability?product=hostile&quantity=-5',
  'Location/stock-transit/$stock-on-hand?as-of=2999-01-01',
  'Location/stock-transit/$stock-on-hand?lot=%27',
])('GET %s is answered', async (path) => {
  expect((await clinic.get(path)).status).toBeLessThan(500);
});
