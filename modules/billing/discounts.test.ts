import fc from 'fast-check';
import type { ResourceOf } from '#sdk';
import { testClinic } from '#sdk/testing';
import { amountsOf, codeable, COMBINES, definition, invoice, outcome, SENIOR } from './billing.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const desk = clinic.as({ roles: ['biller'], fhirUser: 'Practitioner/desk' });
const discount = (factor: number) => ({ type: 'discount', factor }) as const;
const today = new Date().toISOString().slice(0, 10);
const year = Number(today.slice(0, 4));
const old = { subject: { reference: 'Patient/old' } };
const young = { subject: { reference: 'Patient/young' } };

beforeAll(async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'desk' });
  const born = (years: number) => `${year - years}${today.slice(4)}`.replace('02-29', '02-28');
  await clinic.store({ resourceType: 'Patient', id: 'old', birthDate: born(65) });
  await clinic.store({ resourceType: 'Patient', id: 'elder', birthDate: born(70) });
  await clinic.store({ resourceType: 'Patient', id: 'young', birthDate: born(40) });
  const window = { start: `${year}-01-01`, end: `${year}-12-31` };
  const code = codeable('visit');
  await clinic.store(definition('senior', discount(0.1), { code, when: SENIOR, effectivePeriod: window }));
  const past = { effectivePeriod: { start: '2020-12-01', end: '2020-12-31' } };
  await clinic.store(definition('winter', discount(0.5), { code, ...past }));
  await clinic.store(definition('draft', discount(0.9), { code, status: 'draft' }));
  await clinic.store(definition('payer', discount(0.9), { code, useContext: [payer()] }));
  await clinic.store(definition('both-a', discount(0.1), { code: codeable('test'), extension: COMBINES }));
  await clinic.store(definition('both-b', discount(0.05), { code: codeable('test'), extension: COMBINES }));
  await clinic.store(definition('alone', discount(0.12), { code: codeable('test') }));
  const voucher = { type: 'discount', amount: { value: 5, currency: 'GBP' } } as const;
  await clinic.store(definition('voucher', voucher, { code: codeable('book') }));
  const single = "%patient.name.given.single() = 'Ann'";
  await clinic.store(definition('narrow', discount(0.1), { code: codeable('narrow'), when: single }));
});

function payer() {
  return { code: { code: 'program' }, valueCodeableConcept: { text: 'of one payer' } } as const;
}

const post = (body: object) => desk.send('POST', 'Invoice', body);

test('II.2.4 10 % for seniors within the window, to the cent; nobody else', async () => {
  const lines = [
    { code: 'visit', value: 19.99 },
    { code: 'visit', value: 0.05 },
    { code: 'other', value: 7 },
  ];
  const senior = await post(invoice(lines, old));
  expect([senior.status, amountsOf(senior)]).toEqual([201, [[19.99, -2], [0.05, 0], [7], 25.04, 25.04]]);
  expect(JSON.stringify(senior.body)).toContain('https://clinic.example/price/senior|1');
  for (const more of [young, {}]) {
    expect(amountsOf(await post(invoice(lines, more)))).toEqual([[19.99], [0.05], [7], 27.04, 27.04]);
  }
});

test('II.2.4 outside of the window there is none: the day of the Invoice counts', async () => {
  const line = [{ code: 'visit', value: 100 }];
  const at = async (date: string) =>
    amountsOf(await clinic.send('POST', 'Invoice', invoice(line, { subject: { reference: 'Patient/elder' }, date })));
  expect(await at('2020-11-30')).toEqual([[100], 100, 100]);
  expect(await at('2020-12-31')).toEqual([[100, -50], 50, 50]);
  expect(await at(`${year}-01-01`)).toEqual([[100, -10], 90, 90]);
  expect(await at(`${year - 1}-12-31T23:59:59Z`)).toEqual([[100], 100, 100]);
  const backdated = await post(invoice(line, { ...old, date: '2020-12-31' }));
  expect(outcome(backdated)).toEqual([422, 'billing.notToday']);
  expect((await post(invoice(line, { ...old, date: today }))).status).toBe(201);
});

test('II.2.4 several: those that combine are added; one that does not stands alone; what takes most is given', async () => {
  expect(amountsOf(await post(invoice([{ code: 'test', value: 80 }])))).toEqual([[80, -8, -4], 68, 68]);
});

test('II.2.4 of any Invoice the amounts of lines are not below zero, and add up to the total', async () => {
  const line = fc.record({
    code: fc.constantFrom('visit', 'test', 'other'),
    value: fc.integer({ min: 0, max: 9_999_999 }).map((n) => n / 1000),
  });
  const cents = (value: unknown): number => Math.round(Number(value) * 100);
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), fc.boolean(), async (lines, isOld) => {
      const { status, body } = await post(invoice(lines, isOld ? old : young));
      expect(status).toBe(201);
      const { lineItem = [], totalNet } = body as unknown as ResourceOf<'Invoice'>;
      const nets = lineItem.map(({ priceComponent = [] }) =>
        priceComponent.reduce((sum, { amount }) => sum + cents(amount?.value), 0),
      );
      expect(Math.min(...nets)).toBeGreaterThanOrEqual(0);
      expect(nets.reduce((sum, net) => sum + net, 0)).toBe(cents(totalNet?.value));
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['an own discount', { type: 'discount', amount: { value: -50, currency: 'EUR' } }, 'billing.wrongPrice'],
  ['a tax', { type: 'tax', amount: { value: 1, currency: 'EUR' } }, 'billing.wrongPrice'],
  ['a second base', { type: 'base', amount: { value: 1, currency: 'EUR' } }, 'billing.badLine'],
] as const)('II.2.4 %s is refused', async (_name, component, code) => {
  const made = invoice([{ code: 'visit', value: 100 }], old);
  const lineItem = (made.lineItem ?? []).map((line) => ({
    ...line,
    priceComponent: [...(line.priceComponent ?? []), component],
  }));
  expect(outcome(await post({ ...made, lineItem }))).toEqual([422, code]);
});

test('II.2.4 totals are sums; currencies do not mix', async () => {
  const money = (value: number) => ({ value, currency: 'EUR' as const });
  const line = [{ code: 'visit', value: 100 }];
  expect((await post(invoice(line, { ...old, totalNet: money(90) }))).status).toBe(201);
  expect((await post(invoice(line, { ...old, totalNet: money(100) }))).status).toBe(201);
  const wrong = await post(invoice(line, { ...old, totalNet: money(89) }));
  expect(outcome(wrong)).toEqual([422, 'billing.wrongPrice']);
  const mixed = await post(invoice([...line, { code: 'visit', value: 1, currency: 'USD' }]));
  expect(outcome(mixed)).toEqual([422, 'billing.severalCurrencies']);
  const voucher = await post(invoice([{ code: 'book', value: 10 }]));
  expect(outcome(voucher)).toEqual([422, 'billing.otherCurrency']);
});

test('II.2.4 a condition that cannot be decided refuses, and does not tell of the patient', async () => {
  const name = [{ given: ['Ann', 'Maria'] }];
  await clinic.store({ resourceType: 'Patient', id: 'two', name });
  const answer = await post(invoice([{ code: 'narrow', value: 1 }], { subject: { reference: 'Patient/two' } }));
  expect(outcome(answer)).toEqual([422, 'billing.undecided']);
  expect(JSON.stringify(answer.body)).not.toContain('Maria');
});

test('what was issued stays, and a draft is priced anew', async () => {
  const made = await clinic.store(invoice([{ code: 'visit', value: 100 }], { ...old, status: 'draft' }));
  const path = `Invoice/${made.id}`;
  expect(amountsOf({ body: made as never })).toEqual([[100, -10], 90, 90]);
  const moved = await desk.send('PUT', path, { ...made, ...young });
  expect([moved.status, amountsOf(moved)]).toEqual([200, [[100, -10], 90, 90]]);
  const wrong = await desk.send('PUT', path, { ...moved.body, totalNet: { value: 1, currency: 'EUR' } });
  expect(outcome(wrong)).toEqual([422, 'billing.wrongPrice']);
  const issued = await desk.send('PUT', path, { ...moved.body, status: 'issued' });
  expect([issued.status, amountsOf(issued)]).toEqual([200, [[100], 100, 100]]);
  for (const change of [
    old,
    { totalGross: undefined },
    { meta: undefined },
    { status: 'draft' },
    { lineItem: undefined },
  ]) {
    expect(outcome(await clinic.send('PUT', path, { ...issued.body, ...change }))).toEqual([
      422,
      'billing.invoiceFrozen',
    ]);
  }
  expect(outcome(await clinic.send('DELETE', path))).toEqual([422, 'billing.invoiceKept']);
  expect((await clinic.send('PUT', path, { ...issued.body, status: 'cancelled' })).status).toBe(200);
});

test('II.2.4 no path stores an Invoice with a discount that does not apply', async () => {
  const accepted = invoice([{ code: 'visit', value: 100 }], { ...young, status: 'draft' });
  const component = { type: 'discount', amount: { value: -50, currency: 'EUR' } } as const;
  const [line = { chargeItemCodeableConcept: {} }] = accepted.lineItem ?? [];
  const refused = {
    ...accepted,
    lineItem: [{ ...line, priceComponent: [...(line.priceComponent ?? []), component] }],
  };
  const operation = [
    { name: 'type', valueCode: 'add' },
    { name: 'path', valueString: 'Invoice.lineItem[0]' },
    { name: 'name', valueString: 'priceComponent' },
    {
      name: 'value',
      part: [
        { name: 'type', valueCode: 'discount' },
        { name: 'amount', valueMoney: component.amount },
      ],
    },
  ];
  const bypasses = await clinic.bypasses({
    accepted,
    refused,
    fhirPathPatch: { resourceType: 'Parameters', parameter: [{ name: 'operation', part: operation }] },
    fault: 'billing.wrongPrice',
  });
  expect(bypasses).toEqual([]);
});
