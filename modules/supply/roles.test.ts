import { testClinic } from '#sdk/testing';
import { deliveryOf } from './post.ts';
import { enter, place, store } from './supply.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const pharmacist = clinic.as({ roles: ['pharmacist'], fhirUser: 'Practitioner/pharmacist' });
const nurse = clinic.as({ roles: ['nurse'], fhirUser: 'Practitioner/nurse' });
const receptionist = clinic.as({ roles: ['receptionist'], fhirUser: 'Practitioner/desk' });

const parameters = (parameter: readonly object[]): object => ({ resourceType: 'Parameters', parameter });

test('a pharmacist runs the store, a nurse the ward, others nothing', async () => {
  for (const id of ['pharmacist', 'nurse', 'desk']) await clinic.store({ resourceType: 'Practitioner', id } as const);
  const { location, lots } = await store(clinic, 'roles', [{ number: 'A1', there: 30 }]);
  const [lot = ''] = lots;
  const ward = (await clinic.store(place('ward'))).id;
  const sent = await enter(clinic, {
    type: 'transfer',
    lot,
    quantity: 9,
    origin: location,
    destination: ward,
    status: 'in-progress',
  });
  const stock = `Location/${location}/$stock-on-hand`;
  expect([
    (await pharmacist.get(stock)).status,
    (await nurse.get(stock)).status,
    (await receptionist.get(stock)).status,
  ]).toEqual([200, 200, 403]);
  expect((await nurse.get(stock)).body.parameter).toHaveLength(1);
  const received = parameters([{ name: 'received', valueInteger: 8 }]);
  expect((await receptionist.send('POST', `SupplyDelivery/${sent.id}/$arrive`, received)).status).toBe(403);
  const arrived = await nurse.send('POST', `SupplyDelivery/${sent.id}/$arrive`, received);
  expect([arrived.status, arrived.body.issue]).toEqual([200, undefined]);
  const recall = parameters([{ name: 'reason', valueString: 'Glass was found.' }]);
  expect((await nurse.send('POST', `Medication/${lot}/$recall`, recall)).status).toBe(403);
  const opened = await pharmacist.send(
    'POST',
    `Location/${location}/$count`,
    parameters([{ name: 'action', valueCode: 'open' }]),
  );
  expect([opened.status, opened.body.issue]).toEqual([200, undefined]);
  const reserve = parameters([
    { name: 'location', valueReference: { reference: `Location/${location}` } },
    { name: 'product', valueString: 'roles' },
    { name: 'quantity', valueInteger: 2 },
  ]);
  expect((await pharmacist.send('POST', 'SupplyRequest/$reserve', reserve)).status).toBe(200);
  const issue = deliveryOf({ type: 'issue', lot, quantity: 1, origin: location });
  expect((await receptionist.send('POST', 'SupplyDelivery', issue)).status).toBe(403);
  expect((await pharmacist.send('POST', 'SupplyDelivery', issue)).status).toBe(201);
  const recalled = await pharmacist.send('POST', `Medication/${lot}/$recall`, recall);
  expect([recalled.status, recalled.body.issue]).toEqual([200, undefined]);
});
