import { testClinic, type TestAnswer } from '#sdk/testing';
import {
  answered,
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

/** GTINs of nobody, with their check digits. */
const GTIN = { otc: '09900000000011', rx: '09900000000028', free: '09900000000035' };

interface Shop {
  readonly location: string;
  readonly lots: readonly string[];
}

let shop: Shop;
let rxLot = '';

beforeAll(async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'ann' });
  for (const id of ['bell', 'cole']) await clinic.store({ resourceType: 'Patient', id });
  const { id: location } = await clinic.store(place('counter', 'pharmacy'));
  const otc = await clinic.store(
    product({ code: 'otc', type: 'otc', gtin: GTIN.otc, ingredient: 'ibuprofen', price: 0.15 }),
  );
  const rx = await clinic.store(product({ code: 'rx', gtin: GTIN.rx, price: 0.1 }));
  await clinic.store(product({ code: 'free', type: 'otc', gtin: GTIN.free, ingredient: 'acetaminophen' }));
  const lots = await lotsAt(clinic, otc.id, location, [
    { number: 'A1', expires: '2031-02-28', there: 90 },
    { number: 'B2', expires: '2032-02-29', there: 90 },
    { number: 'OLD', expires: '2020-01-31', there: 90 },
    { number: 'BACK', expires: '2031-01-31', status: 'recalled', there: 90 },
  ]);
  [rxLot = ''] = await lotsAt(clinic, rx.id, location, [{ number: 'R1', expires: '2031-05-31', there: 90 }]);
  shop = { location, lots };
});

const scan = (gs1: string): Promise<TestAnswer> =>
  ann.get(`$scan?gs1=${encodeURIComponent(gs1)}&location=Location/${shop.location}`);
const sell = (gs1: readonly string[], more: object = {}): Promise<TestAnswer> =>
  call(ann, 'Invoice/$checkout', { location: `Location/${shop.location}`, gs1, ...more });

test('II.2.1 a barcode names product, lot and last day; day 00 is the last of the month', async () => {
  const [a = ''] = shop.lots;
  for (const text of [`(01)${GTIN.otc}(17)310200(10)A1`, `]d201${GTIN.otc}17310200` + '10A1']) {
    const answer = await scan(text);
    expect(answered(answer, 'lot')).toMatchObject({ valueReference: { reference: `Medication/${a}` } });
    expect(answered(answer, 'expiry')).toMatchObject({ valueDate: '2031-02-28' });
    expect(answered(answer, 'quantity')).toMatchObject({ valueInteger: 30 });
    expect(answered(answer, 'warning')).toBeUndefined();
  }
});

test.each([
  [`(01)${GTIN.otc}(17)200131(10)OLD`, 'expired'],
  [`(01)${GTIN.otc}(17)310131(10)BACK`, 'recalled'],
  [`(01)${GTIN.otc}(17)310331(10)A1`, 'other-expiry'],
  [`(01)${GTIN.otc}(10)NONE`, 'unknown-lot'],
  ['(01)09900000000998(10)A1', 'unknown-product'],
])('II.2.1 %s is warned of, and not sold: %s', async (text, warning) => {
  expect(answered(await scan(text), 'warning')).toMatchObject({ valueCode: warning });
  const before = await onHand(clinic, shop.location);
  expect(outcome(await sell([text]))).toEqual([422, 'pharmacy.cannotSell']);
  expect(await onHand(clinic, shop.location)).toEqual(before);
});

test.each(['', '(01)09900000000012', 'abc', '(99'])('"%s" is no barcode', async (text) => {
  const { status } = await scan(text);
  expect([400, 422]).toContain(status);
});

test('II.2.1 a sale: stock, dispenses and an Invoice with exact totals', async () => {
  const [a = '', b = ''] = shop.lots;
  const before = await onHand(clinic, shop.location);
  const answer = await sell([`(01)${GTIN.otc}(17)310228(10)A1`, `(01)${GTIN.otc}(17)310228(10)A1`]);
  expect(outcome(answer)).toEqual([200, undefined]);
  const [invoice] = inBundle(answer, 'Invoice');
  expect(invoice).toMatchObject({ status: 'issued', totalNet: { value: 9, currency: 'EUR' } });
  expect(invoice?.lineItem?.[0]?.priceComponent?.[0]).toMatchObject({ factor: 60, amount: { value: 9 } });
  const [dispensed] = inBundle(answer, 'MedicationDispense');
  expect(dispensed).toMatchObject({
    status: 'completed',
    supportingInformation: [{ reference: `Invoice/${invoice?.id ?? ''}` }],
  });
  const after = await onHand(clinic, shop.location);
  expect([(before[a] ?? 0) - (after[a] ?? 0), (before[b] ?? 0) - (after[b] ?? 0)]).toEqual([60, 0]);
});

test('the pack whose turn it is goes first, another one for a reason', async () => {
  const later = `(01)${GTIN.otc}(17)320229(10)B2`;
  expect(outcome(await sell([later]))).toEqual([422, 'supply.notFirst']);
  expect(outcome(await sell([later], { overrideReason: 'patient-preference' }))).toEqual([200, undefined]);
});

test('II.2.2 what is on prescription only is sold on an active order with quantity left', async () => {
  const pack = `(01)${GTIN.rx}(17)310531(10)R1`;
  expect(outcome(await sell([pack]))).toEqual([422, 'pharmacy.sellsOnOrder']);
  const order = await orderFor(clinic, 'bell', 'rx', prescription(30));
  const on = { prescription: [`MedicationRequest/${order.id}`] };
  expect(outcome(await sell([pack], { ...on, patient: 'Patient/cole' }))).toEqual([422, 'pharmacy.otherPatient']);
  expect(outcome(await sell([pack, pack], { ...on, patient: 'Patient/bell' }))).toEqual([
    422,
    'medications.quantityExceeded',
  ]);
  expect((await onHand(clinic, shop.location))[rxLot]).toBe(90);
  const answer = await sell([pack], { ...on, patient: 'Patient/bell' });
  expect(inBundle(answer, 'Invoice')[0]).toMatchObject({
    totalNet: { value: 3 },
    subject: { reference: 'Patient/bell' },
  });
  expect(outcome(await sell([pack], { ...on, patient: 'Patient/bell' }))).toEqual([
    422,
    'medications.quantityExceeded',
  ]);
});

test('a sale of several is all or nothing', async () => {
  const before = await onHand(clinic, shop.location);
  const sold = await sell([`(01)${GTIN.otc}(17)310228(10)A1`, `(01)${GTIN.free}`]);
  expect(sold.status).toBe(409);
  expect(await onHand(clinic, shop.location)).toEqual(before);
});
