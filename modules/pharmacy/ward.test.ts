import type { ResourceOf } from '#sdk';
import { testClinic, until, type TestAnswer } from '#sdk/testing';
import { taskCode } from '#modules/medications';
import { deliveryOf } from '#modules/supply';
import { codeSystem, extensionUrl, TASK_SYSTEM } from './names.ts';
import {
  call,
  inBundle,
  lotsAt,
  onHand,
  orderFor,
  outcome,
  person,
  place,
  prescription,
  product,
} from './pharmacy.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const ann = person(clinic, 'pharmacist', 'ann');
const ben = person(clinic, 'nurse', 'ben');

interface Ward {
  readonly pharmacy: string;
  readonly ward: string;
  readonly product: string;
  readonly lot: string;
  readonly stay: string;
}

beforeAll(async () => {
  for (const id of ['ann', 'ben']) await clinic.store({ resourceType: 'Practitioner', id });
  await clinic.store({ resourceType: 'Patient', id: 'bell' });
  await clinic.store(place('quarantine', 'quarantine'));
});

/** A ward with a bed in which a patient lies, and 100 units of a product in the pharmacy. */
async function wardWith(code: string): Promise<Ward> {
  const { id: pharmacy } = await clinic.store(place(`${code} pharmacy`, 'pharmacy'));
  const { id: ward } = await clinic.store(place(`${code} ward`, 'ward'));
  const bed = await clinic.store({ ...place(`${code} bed`), partOf: { reference: `Location/${ward}` } });
  const { id } = await clinic.store(product({ code }));
  const [lot = ''] = await lotsAt(clinic, id, pharmacy, [{ number: code, there: 100 }]);
  const stay = await clinic.store({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { reference: 'Patient/bell' },
    location: [{ location: { reference: `Location/${bed.id}` }, status: 'active' }],
  });
  return { pharmacy, ward, product: id, lot, stay: stay.id };
}

/** What was given on a ward, as it is recorded there. */
function given(
  here: Ward,
  value: number,
  more: Partial<ResourceOf<'MedicationAdministration'>> = {},
  unit = '{tablet}',
): ResourceOf<'MedicationAdministration'> {
  return {
    resourceType: 'MedicationAdministration',
    status: 'completed',
    medicationReference: { reference: `Medication/${here.lot}` },
    subject: { reference: 'Patient/bell' },
    context: { reference: `Encounter/${here.stay}` },
    effectiveDateTime: new Date().toISOString(),
    dosage: { dose: { value, unit, system: 'http://unitsofmeasure.org', code: unit } },
    ...more,
  };
}

const there = async (location: string, lot: string): Promise<number> => (await onHand(clinic, location))[lot] ?? 0;

test('II.3.1 a ward is filled up to what it is to have, once', async () => {
  const here = await wardWith('filled');
  await clinic.store({
    resourceType: 'Basic',
    code: { coding: [{ system: codeSystem('stock-record'), code: 'stock-policy' }] },
    extension: [
      {
        url: extensionUrl('stock-levels'),
        extension: [
          { url: 'item', valueReference: { reference: `MedicationKnowledge/${here.product}` } },
          { url: 'location', valueReference: { reference: `Location/${here.ward}` } },
          { url: 'maximum', valuePositiveInt: 40 },
          { url: 'reorderPoint', valueUnsignedInt: 10 },
        ],
      },
    ],
  });
  const list = async (): Promise<unknown> => (await ben.get(`Location/${here.ward}/$top-up-list`)).body.parameter;
  expect(await list()).toEqual([
    {
      name: 'line',
      part: [
        { name: 'product', valueReference: { reference: `MedicationKnowledge/${here.product}` } },
        { name: 'par', valueInteger: 40 },
        { name: 'on-hand', valueInteger: 0 },
        { name: 'needed', valueInteger: 40 },
      ],
    },
  ]);
  const fill = (): Promise<TestAnswer> =>
    call(ann, `Location/${here.ward}/$top-up`, { from: `Location/${here.pharmacy}` });
  const answers = await Promise.all([fill(), fill(), fill()]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(answers.flatMap((answer) => inBundle(answer, 'SupplyDelivery'))).toHaveLength(1);
  expect([await there(here.ward, here.lot), await there(here.pharmacy, here.lot)]).toEqual([40, 60]);
});

test('II.3.1 a dose uses up the stock of the ward once, and one in error does not', async () => {
  const here = await wardWith('used');
  await clinic.store(
    deliveryOf({
      type: 'transfer',
      lot: here.lot,
      quantity: 20,
      origin: here.pharmacy,
      destination: here.ward,
    }),
  );
  const first = await clinic.store(given(here, 1000, {}, 'mg'));
  await until(async () => (await there(here.ward, here.lot)) === 18);
  await clinic.store({ ...first, note: [{ text: 'taken with water' }] });
  const wrong = await clinic.store(given(here, 1));
  await until(async () => (await there(here.ward, here.lot)) === 17);
  await clinic.store({ ...wrong, status: 'entered-in-error' });
  await until(async () => (await there(here.ward, here.lot)) === 18);
  const twice = deliveryOf({
    type: 'issue',
    lot: here.lot,
    quantity: 1,
    origin: here.ward,
    reason: 'administered',
    cause: `MedicationAdministration/${first.id}`,
  });
  expect(outcome(await ben.send('POST', 'SupplyDelivery', twice))).toEqual([422, 'pharmacy.moreThanGiven']);
  // The ledger of the ward does not have so many: somebody has to count.
  const much = await clinic.store(given(here, 50));
  const task = `Task?code=${TASK_SYSTEM}|ward-stock&focus=MedicationAdministration/${much.id}`;
  await until(async () => (await clinic.get(task)).body.total === 1);
  expect(await there(here.ward, here.lot)).toBe(18);
});

test('II.3.5 issued 10, given 7: 3 go back, and a second time nothing', async () => {
  const here = await wardWith('discharged');
  const order = await orderFor(clinic, 'bell', 'discharged', {
    ...prescription(30),
    encounter: { reference: `Encounter/${here.stay}` },
  });
  const values = { location: `Location/${here.pharmacy}`, quantity: 10 };
  expect(outcome(await call(ann, `MedicationRequest/${order.id}/$dispense`, values))).toEqual([200, undefined]);
  for (let dose = 0; dose < 7; dose += 1) {
    const effectiveDateTime = new Date(Date.now() - dose * 3_600_000).toISOString();
    await clinic.store(given(here, 1, { request: { reference: `MedicationRequest/${order.id}` }, effectiveDateTime }));
  }
  const reconcile = (): Promise<TestAnswer> => call(ben, `Encounter/${here.stay}/$discharge-reconcile`, {});
  const line = (issued: number, returned: number) => ({
    name: 'line',
    part: [
      { name: 'order', valueReference: { reference: `MedicationRequest/${order.id}` } },
      { name: 'issued', valueInteger: issued },
      { name: 'given', valueInteger: 7 },
      { name: 'returned', valueInteger: returned },
    ],
  });
  const answers = await Promise.all([reconcile(), reconcile()]);
  expect(answers.map(outcome)).toEqual([
    [200, undefined],
    [200, undefined],
  ]);
  expect(answers.map(({ body }) => body.parameter)).toEqual(expect.arrayContaining([[line(10, 3)], [line(7, 0)]]));
  const { body } = await clinic.get(`SupplyDelivery?item=Medication/${here.lot}&movement-type=patient-return`);
  expect(body.total).toBe(1);
});

test('what is prepared is told to the patient once, without its name', async () => {
  const here = await wardWith('told');
  const order = await orderFor(clinic, 'bell', 'told', prescription(30));
  const values = { location: `Location/${here.pharmacy}`, quantity: 10, handOver: false };
  const [prepared] = inBundle(await call(ann, `MedicationRequest/${order.id}/$dispense`, values), 'MedicationDispense');
  const told = `Communication?recipient=Patient/bell&category=${TASK_SYSTEM}|ready-for-pickup`;
  await until(async () => (await clinic.get(told)).body.total === 1);
  const { body } = await clinic.get(told);
  expect(JSON.stringify(body)).toContain(`MedicationDispense/${prepared?.id ?? ''}`);
  expect(JSON.stringify((body.entry as readonly { resource: { payload: object } }[])[0]?.resource.payload)).not.toMatch(
    /amoxicillin/i,
  );
});

test('stock is kept for a prescription that was sent to the pharmacy, and used up by its dispense', async () => {
  const here = await wardWith('sent');
  const order = await orderFor(clinic, 'bell', 'sent', prescription(30));
  const task = await clinic.store({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: taskCode('transmit'),
    focus: { reference: `MedicationRequest/${order.id}` },
    for: { reference: 'Patient/bell' },
    location: { reference: `Location/${here.pharmacy}` },
  });
  const status = async (): Promise<unknown> => (await clinic.get(`Task/${task.id}`)).body.status;
  await until(async () => (await status()) === 'accepted');
  const other = await orderFor(clinic, 'bell', 'sent', prescription(30));
  const dispense = (id: string, quantity: number): Promise<TestAnswer> =>
    call(ann, `MedicationRequest/${id}/$dispense`, { location: `Location/${here.pharmacy}`, quantity });
  // 30 of 100 are kept for the first order.
  const third = await orderFor(clinic, 'bell', 'sent', prescription(30, 5));
  expect(outcome(await dispense(third.id, 71))).toEqual([409, 'supply.insufficientStock']);
  expect(outcome(await dispense(third.id, 70))).toEqual([200, undefined]);
  expect(outcome(await dispense(other.id, 1))).toEqual([409, 'supply.insufficientStock']);
  expect(outcome(await dispense(order.id, 30))).toEqual([200, undefined]);
  expect(await status()).toBe('completed');
});
