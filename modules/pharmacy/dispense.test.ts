import { testClinic, type TestAnswer } from '#sdk/testing';
import { deliveryOf } from '#modules/supply';
import {
  call,
  inBundle,
  lotsAt,
  onHand,
  orderFor,
  outcome,
  person,
  pharmacyWith,
  place,
  prescription,
  product,
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

test('II.1.4 the lots that expire first are dispensed first, and split where one does not suffice', async () => {
  const shop = await pharmacyWith(clinic, 'first', [
    { number: 'late', expires: '2032-01-31', there: 30 },
    { number: 'early', expires: '2031-01-31', there: 10 },
    { number: 'gone', expires: '2020-01-31', there: 30 },
    { number: 'held', expires: '2030-01-31', status: 'quarantined', there: 30 },
  ]);
  const [late = '', early = ''] = shop.lots;
  const order = await orderFor(clinic, 'bell', 'first', prescription(30));
  const answer = await dispense(order.id, shop, 14);
  expect(outcome(answer)).toEqual([200, undefined]);
  const [dispensed] = inBundle(answer, 'MedicationDispense');
  expect(dispensed).toMatchObject({
    status: 'completed',
    quantity: { value: 14, code: '{tablet}' },
    medicationReference: { reference: `Medication/${early}` },
    authorizingPrescription: [{ reference: `MedicationRequest/${order.id}` }],
    performer: [{ actor: { reference: 'Practitioner/ann' } }],
  });
  const movements = inBundle(answer, 'SupplyDelivery');
  expect(
    movements.map(({ suppliedItem }) => [suppliedItem?.itemReference?.reference, suppliedItem?.quantity?.value]),
  ).toEqual([
    [`Medication/${early}`, 10],
    [`Medication/${late}`, 4],
  ]);
  expect(movements.every(({ patient }) => patient?.reference === 'Patient/bell')).toBe(true);
  expect((await onHand(clinic, shop.location))[late]).toBe(26);
});

test('II.1.4 50 at once, of 3 each, on 90 usable units: 30 succeed, 20 are told that there is not enough', async () => {
  const shop = await pharmacyWith(clinic, 'race', [
    { number: 'a', expires: '2031-01-31', there: 50 },
    { number: 'b', expires: '2031-06-30', there: 40 },
    { number: 'gone', expires: '2020-01-31', there: 1000 },
    { number: 'held', expires: '2030-01-31', status: 'quarantined', there: 500 },
  ]);
  const orders = await Promise.all(Array.from({ length: 50 }, () => orderFor(clinic, 'bell', 'race', prescription(3))));
  const answers = await Promise.all(orders.map(({ id }) => dispense(id, shop, 3)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(30);
  expect(answers.filter((answer) => outcome(answer)[1] === 'supply.insufficientStock')).toHaveLength(20);
  const [a = '', b = '', gone = '', held = ''] = shop.lots;
  expect(await onHand(clinic, shop.location)).toEqual({ [a]: 0, [b]: 0, [gone]: 1000, [held]: 500 });
  const { body } = await clinic.get(
    `MedicationDispense?prescription=${orders.map(({ id }) => id).join(',')}&_summary=count`,
  );
  expect(body.total).toBe(30);
});

test('II.1.4 the same with raw movements and transaction Bundles mixed in', async () => {
  const shop = await pharmacyWith(
    clinic,
    'mixed',
    [
      { number: 'a', expires: '2031-01-31', there: 90 },
      { number: 'gone', expires: '2020-01-31', there: 1000 },
      { number: 'held', expires: '2030-01-31', status: 'quarantined', there: 500 },
    ],
    { type: 'otc' },
  );
  const [a = '', gone = '', held = ''] = shop.lots;
  const orders = await Promise.all(Array.from({ length: 20 }, () => orderFor(clinic, 'bell', 'mixed')));
  const raw = deliveryOf({ type: 'issue', lot: a, quantity: 3, origin: shop.location });
  const entry = [{ resource: raw, request: { method: 'POST', url: 'SupplyDelivery' } }];
  const answers = await Promise.all([
    ...orders.map(({ id }) => dispense(id, shop, 3)),
    ...Array.from({ length: 15 }, () => ann.send('POST', 'SupplyDelivery', raw)),
    ...Array.from({ length: 15 }, () =>
      clinic.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }),
    ),
  ]);
  expect(answers.filter(({ status }) => status < 300)).toHaveLength(30);
  expect(answers.filter((answer) => outcome(answer)[1] === 'supply.insufficientStock')).toHaveLength(20);
  expect(await onHand(clinic, shop.location)).toEqual({ [a]: 0, [gone]: 1000, [held]: 500 });
});

test('II.2.2 what is on prescription only needs an active order, with quantity left', async () => {
  const shop = await pharmacyWith(clinic, 'rx', [{ number: 'a', there: 100 }]);
  const [lot = ''] = shop.lots;
  const raw = deliveryOf({ type: 'issue', lot, quantity: 3, origin: shop.location });
  expect(outcome(await clinic.send('POST', 'SupplyDelivery', raw))).toEqual([422, 'pharmacy.needsDispense']);
  const order = await orderFor(clinic, 'bell', 'rx', prescription(20, 1));
  expect(outcome(await dispense(order.id, shop, 30))).toEqual([200, undefined]);
  expect(outcome(await dispense(order.id, shop, 11))).toEqual([422, 'medications.quantityExceeded']);
  expect(outcome(await dispense(order.id, shop, 10))).toEqual([200, undefined]);
  expect((await onHand(clinic, shop.location))[lot]).toBe(60);
  const draft = await orderFor(clinic, 'bell', 'rx', { status: 'draft' });
  expect(outcome(await dispense(draft.id, shop, 1))).toEqual([422, 'pharmacy.orderNotActive']);
});

test('ten partial fills at once never exceed the order', async () => {
  const shop = await pharmacyWith(clinic, 'fills', [{ number: 'a', there: 100 }]);
  const order = await orderFor(clinic, 'bell', 'fills', prescription(20));
  const answers = await Promise.all(Array.from({ length: 10 }, () => dispense(order.id, shop, 6)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  expect(answers.filter((answer) => outcome(answer)[1] === 'medications.quantityExceeded')).toHaveLength(7);
});

test.each([
  ['wrong patient', { patient: 'Patient/cole' }, 'pharmacy.otherPatient'],
  ['expired lot', { lot: 1, overrideReason: 'clinical' }, 'pharmacy.unusableLot'],
  ['recalled lot', { lot: 3, overrideReason: 'clinical' }, 'pharmacy.unusableLot'],
  ['lot of another product', { lot: 'other', overrideReason: 'clinical' }, 'pharmacy.wrongLot'],
  ['later lot without a reason', { lot: 2 }, 'supply.notFirst'],
  ['nothing', { quantity: 0 }, 'pharmacy.badNumber'],
  ['for ever', { daysSupply: 999_999_999 }, 'pharmacy.badNumber'],
  ['another product', { product: 'other' }, 'pharmacy.wrongProduct'],
  ['no place', { location: 'Patient/bell' }, 'pharmacy.whereFrom'],
] as const)('refused, with nothing changed: %s', async (name, given, code) => {
  const shop = await pharmacyWith(clinic, `refused ${name}`, [
    { number: 'a', expires: '2031-01-31', there: 10 },
    { number: 'gone', expires: '2020-01-31', there: 10 },
    { number: 'later', expires: '2032-01-31', there: 10 },
    { number: 'back', expires: '2032-01-31', status: 'recalled', there: 10 },
  ]);
  const { id: other } = await clinic.store(product({ code: `other ${name}`, ingredient: 'ibuprofen' }));
  const [otherLot = ''] = await lotsAt(clinic, other, shop.location, [{ number: 'other', there: 0 }]);
  const more = {
    ...given,
    ...('lot' in given ? { lot: `Medication/${given.lot === 'other' ? otherLot : (shop.lots[given.lot] ?? '')}` } : {}),
    ...('product' in given ? { product: `MedicationKnowledge/${other}` } : {}),
  };
  const order = await orderFor(clinic, 'bell', `refused ${name}`, prescription(30));
  expect(outcome(await dispense(order.id, shop, 3, more))[1]).toBe(code);
  expect(Object.values(await onHand(clinic, shop.location))).toEqual([10, 10, 10, 10]);
  expect((await clinic.get(`MedicationDispense?prescription=${order.id}`)).body.total).toBe(0);
});

test('a later lot for a reason, and lots that last as long as the supply', async () => {
  const soon = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  const shop = await pharmacyWith(clinic, 'chosen', [
    { number: 'soon', expires: soon, there: 20 },
    { number: 'later', expires: '2032-01-31', there: 20 },
  ]);
  const [, later = ''] = shop.lots;
  const order = await orderFor(clinic, 'bell', 'chosen', prescription(40));
  const chosen = await dispense(order.id, shop, 5, {
    lot: `Medication/${later}`,
    overrideReason: 'patient-preference',
  });
  expect(inBundle(chosen, 'MedicationDispense')[0]?.medicationReference?.reference).toBe(`Medication/${later}`);
  const lasting = await dispense(order.id, shop, 5, { daysSupply: 30 });
  expect(inBundle(lasting, 'MedicationDispense')[0]?.medicationReference?.reference).toBe(`Medication/${later}`);
  const short = await dispense(order.id, shop, 5, { daysSupply: 5 });
  expect(inBundle(short, 'MedicationDispense')[0]?.medicationReference?.reference).not.toBe(`Medication/${later}`);
});

test('II.4.4 a generic in the place of a brand, only where the order allows it', async () => {
  await clinic.store(product({ code: 'brand', ingredient: 'ibuprofen' }));
  const generic = await pharmacyWith(clinic, 'generic', [{ number: 'g', there: 50 }], { ingredient: 'ibuprofen' });
  const named = { product: `MedicationKnowledge/${generic.product}` };
  const silent = await orderFor(clinic, 'bell', 'brand', prescription(10));
  expect(outcome(await dispense(silent.id, generic, 5, named))).toEqual([422, 'pharmacy.noSubstitution']);
  const never = await orderFor(clinic, 'bell', 'brand', {
    ...prescription(10),
    substitution: { allowedBoolean: false },
  });
  expect(outcome(await dispense(never.id, generic, 5, named))).toEqual([422, 'pharmacy.noSubstitution']);
  const open = await orderFor(clinic, 'bell', 'brand', { ...prescription(10), substitution: { allowedBoolean: true } });
  const answer = await dispense(open.id, generic, 5, named);
  expect(inBundle(answer, 'MedicationDispense')[0]?.substitution?.wasSubstituted).toBe(true);
});
