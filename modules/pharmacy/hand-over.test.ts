import { testClinic, type TestAnswer } from '#sdk/testing';
import { deliveryOf } from '#modules/supply';
import { extensionUrl } from './names.ts';
import {
  call,
  inBundle,
  onHand,
  orderFor,
  outcome,
  person,
  pharmacyWith,
  place,
  prescription,
} from './pharmacy.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const ann = person(clinic, 'pharmacist', 'ann');

type Shop = Awaited<ReturnType<typeof pharmacyWith>>;

beforeAll(async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'ann' });
  for (const id of ['bell', 'cole']) await clinic.store({ resourceType: 'Patient', id });
  await clinic.store(place('quarantine', 'quarantine'));
});

const dispense = (order: string, { location }: Shop, quantity: number, more: object = {}): Promise<TestAnswer> =>
  call(ann, `MedicationRequest/${order}/$dispense`, { location: `Location/${location}`, quantity, ...more });

test('a dispense and the ledger say the same, whichever way they come', async () => {
  const shop = await pharmacyWith(clinic, 'raw', [{ number: 'a', there: 50 }]);
  const [lot = ''] = shop.lots;
  const order = await orderFor(clinic, 'bell', 'raw', prescription(30));
  const dispensed = (value: number, more: object = {}) => ({
    resourceType: 'MedicationDispense',
    status: 'completed',
    subject: { reference: 'Patient/bell' },
    medicationReference: { reference: `Medication/${lot}` },
    authorizingPrescription: [{ reference: `MedicationRequest/${order.id}` }],
    quantity: { value, system: 'http://unitsofmeasure.org', code: '{tablet}' },
    whenHandedOver: '2026-11-20T10:00:00Z',
    ...more,
  });
  expect(outcome(await clinic.send('POST', 'MedicationDispense', dispensed(5)))).toEqual([
    422,
    'pharmacy.unlikeLedger',
  ]);
  const issue = {
    type: 'issue',
    lot,
    origin: shop.location,
    cause: 'urn:uuid:0f5c9b5c-1f0a-4a53-8a63-0d2c5c1b6f01',
  } as const;
  const both = (value: number, moved: number, more: object = {}) => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        fullUrl: issue.cause,
        resource: dispensed(value, more),
        request: { method: 'POST', url: 'MedicationDispense' },
      },
      { resource: deliveryOf({ ...issue, quantity: moved }), request: { method: 'POST', url: 'SupplyDelivery' } },
    ],
  });
  expect(outcome(await ann.send('POST', '', both(5, 4)))).toEqual([422, 'pharmacy.unlikeLedger']);
  expect(outcome(await ann.send('POST', '', both(5, 5, { subject: { reference: 'Patient/cole' } })))[0]).toBe(422);
  expect(outcome(await ann.send('POST', '', both(5, 5, { authorizingPrescription: [] })))[0]).toBe(422);
  expect(outcome(await ann.send('POST', '', both(5, 5)))).toEqual([200, undefined]);
  const { body } = await clinic.get(`MedicationDispense?prescription=${order.id}`);
  const [{ resource: stored } = { resource: {} as { id: string } }] = body.entry as readonly {
    readonly resource: { readonly id: string };
  }[];
  const more = { ...stored, quantity: { value: 6, system: 'http://unitsofmeasure.org', code: '{tablet}' } };
  expect(outcome(await clinic.send('PUT', `MedicationDispense/${stored.id}`, more))[0]).toBe(422);
  expect(outcome(await clinic.send('DELETE', `MedicationDispense/${stored.id}`))).toEqual([
    409,
    'rest.stillReferenced',
  ]);
  const again = deliveryOf({ ...issue, cause: `MedicationDispense/${stored.id}`, quantity: 1 });
  expect(outcome(await clinic.send('POST', 'SupplyDelivery', again))).toEqual([422, 'pharmacy.unlikeLedger']);
});

test('what comes back goes into quarantine, never more than was dispensed', async () => {
  const shop = await pharmacyWith(clinic, 'back', [{ number: 'a', there: 50 }]);
  const [lot = ''] = shop.lots;
  const order = await orderFor(clinic, 'bell', 'back', prescription(30));
  const [dispensed] = inBundle(await dispense(order.id, shop, 10), 'MedicationDispense');
  const path = `MedicationDispense/${dispensed?.id ?? ''}/$return`;
  const back = (quantity: number, condition = 'unopened'): Promise<TestAnswer> =>
    call(ann, path, { quantity, condition });
  const answer = await back(4);
  expect(outcome(answer)).toEqual([200, undefined]);
  const [returned] = inBundle(answer, 'MedicationDispense');
  expect(returned?.status).toBe('completed');
  expect(returned?.extension).toContainEqual({ url: extensionUrl('returned-quantity'), valueInteger: 4 });
  expect((await onHand(clinic, shop.location))[lot]).toBe(40);
  expect(outcome(await back(7))).toEqual([422, 'pharmacy.moreThanDispensed']);
  const racing = await Promise.all(Array.from({ length: 5 }, () => back(2, 'damaged')));
  expect(racing.filter(({ status }) => status === 200)).toHaveLength(3);
  expect(outcome(await back(1))).toEqual([422, 'pharmacy.moreThanDispensed']);
  const raw = { type: 'patient-return', lot, quantity: 1, cause: `MedicationDispense/${dispensed?.id ?? ''}` } as const;
  const into = (destination: string) => clinic.send('POST', 'SupplyDelivery', deliveryOf({ ...raw, destination }));
  expect((await into(shop.location)).status).toBe(422);
});

test('what was prepared waits, is handed over to the right patient, or goes back', async () => {
  const shop = await pharmacyWith(clinic, 'waiting', [{ number: 'a', there: 50 }]);
  const [lot = ''] = shop.lots;
  const order = await orderFor(clinic, 'bell', 'waiting', prescription(30));
  const prepare = async (): Promise<string> => {
    const [made] = inBundle(await dispense(order.id, shop, 10, { handOver: false }), 'MedicationDispense');
    expect(made?.status).toBe('in-progress');
    return `MedicationDispense/${made?.id ?? ''}`;
  };
  const first = await prepare();
  expect(outcome(await call(ann, `${first}/$hand-over`, { patient: 'Patient/cole' }))).toEqual([
    422,
    'pharmacy.otherPatient',
  ]);
  const handed = await call(ann, `${first}/$hand-over`, { patient: 'Patient/bell' });
  expect(handed.body.status).toBe('completed');
  expect(outcome(await call(ann, `${first}/$cancel-dispense`, {}))).toEqual([422, 'pharmacy.notWaiting']);
  const second = await prepare();
  expect((await onHand(clinic, shop.location))[lot]).toBe(30);
  const { body } = await clinic.get(second);
  expect(outcome(await clinic.send('PUT', second, { ...body, status: 'cancelled' }))).toEqual([
    422,
    'pharmacy.stillOut',
  ]);
  const answers = await Promise.all([1, 2, 3].map(() => call(ann, `${second}/$cancel-dispense`, {})));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await clinic.get(second)).body.status).toBe('cancelled');
  expect((await onHand(clinic, shop.location))[lot]).toBe(40);
  // What was never collected counts no longer.
  expect(outcome(await dispense(order.id, shop, 20))).toEqual([200, undefined]);
});

test('who may not dispense is refused', async () => {
  const shop = await pharmacyWith(clinic, 'roles', [{ number: 'a', there: 50 }]);
  const order = await orderFor(clinic, 'bell', 'roles', prescription(30));
  for (const role of ['receptionist', 'patient', 'physician']) {
    const values = { location: `Location/${shop.location}`, quantity: 1 };
    const answer = await call(person(clinic, role, 'x'), `MedicationRequest/${order.id}/$dispense`, values);
    expect([403, 404]).toContain(answer.status);
  }
});

test('what was recalled, or whose order was withdrawn while it waited, is not handed over', async () => {
  const shop = await pharmacyWith(clinic, 'withdrawn', [{ number: 'a', there: 50 }]);
  const [lot = ''] = shop.lots;
  const prepare = async (): Promise<readonly [string, string]> => {
    const { id } = await orderFor(clinic, 'bell', 'withdrawn', prescription(30));
    const [made] = inBundle(await dispense(id, shop, 10, { handOver: false }), 'MedicationDispense');
    return [id, `MedicationDispense/${made?.id ?? ''}`];
  };
  const [order, first] = await prepare();
  const { body } = await clinic.get(`MedicationRequest/${order}`);
  await clinic.store({ ...body, status: 'cancelled' } as Parameters<typeof clinic.store>[0]);
  const handOver = (which: string): Promise<TestAnswer> =>
    call(ann, `${which}/$hand-over`, { patient: 'Patient/bell' });
  expect(outcome(await handOver(first))).toEqual([422, 'pharmacy.notCollectable']);
  const [, second] = await prepare();
  const { body: medication } = await clinic.get(`Medication/${lot}`);
  const recalled = JSON.parse(JSON.stringify(medication).replace('"active"', '"recalled"')) as typeof medication;
  await clinic.store(recalled as Parameters<typeof clinic.store>[0]);
  expect(outcome(await handOver(second))).toEqual([422, 'pharmacy.notCollectable']);
  const raw = await clinic.get(second);
  expect(outcome(await clinic.send('PUT', second, { ...raw.body, status: 'completed' }))).toEqual([
    422,
    'pharmacy.notCollectable',
  ]);
  expect(outcome(await call(ann, `${second}/$cancel-dispense`, {}))).toEqual([200, undefined]);
});

test('a reversal has the cause of what it takes back, whatever it says', async () => {
  const shop = await pharmacyWith(clinic, 'reversed', [{ number: 'a', there: 50 }], {
    type: 'otc',
    ingredient: 'ibuprofen',
  });
  const [lot = ''] = shop.lots;
  const order = await orderFor(clinic, 'bell', 'reversed', prescription(30));
  const [dispensed] = inBundle(await dispense(order.id, shop, 10), 'MedicationDispense');
  const cause = `MedicationDispense/${dispensed?.id ?? ''}`;
  const sold = await clinic.store(deliveryOf({ type: 'issue', lot, quantity: 5, origin: shop.location }));
  const back = {
    type: 'reversal',
    lot,
    origin: 'stock-patient',
    destination: shop.location,
    reason: 'DATA_ENTRY',
  } as const;
  const forged = await clinic.store(deliveryOf({ ...back, quantity: 5, reverses: sold.id, cause }));
  expect(JSON.stringify(forged)).not.toContain(cause);
  const { body } = await clinic.get(`SupplyDelivery?cause=${cause}`);
  const [entry] = body.entry as readonly { readonly resource: { readonly id: string } }[];
  const silent = deliveryOf({ ...back, quantity: 1, reverses: entry?.resource.id ?? '' });
  expect(outcome(await clinic.send('POST', 'SupplyDelivery', silent))).toEqual([422, 'pharmacy.unlikeReturned']);
});
