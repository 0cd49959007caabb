import type { ResourceOf, Stored } from '#sdk';
import { testClinic, type TestAnswer } from '#sdk/testing';
import { deliveryOf } from '#modules/supply';
import { PRICED_INVOICE } from './names.ts';

const BASE = 'https://athanor.health/fhir';
const GTIN = '09900000000011';
const PACK = `(01)${GTIN}(17)310228(10)A1`;

const clinic = testClinic(import.meta.dirname, {
  modules: 'administration,supply,decision-support,medications,pharmacy,billing',
});
const ann = clinic.as({ roles: ['pharmacist'], fhirUser: 'Practitioner/ann', secondFactor: Date.now() });
const today = new Date().toISOString().slice(0, 10);
const year = Number(today.slice(0, 4));
let counter = '';

const coded = (system: string, code: string) => ({ coding: [{ system: `${BASE}/CodeSystem/${system}`, code }] });
const syrup = coded('product', 'syrup');

beforeAll(async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'ann' });
  await clinic.store({ resourceType: 'Patient', id: 'old', birthDate: `${year - 66}-01-31` });
  await clinic.store({ resourceType: 'Patient', id: 'young', birthDate: `${year - 30}-01-31` });
  const place = { resourceType: 'Location', status: 'active', name: 'Counter' } as const;
  counter = (await clinic.store(place)).id;
  const { id: product } = await clinic.store<ResourceOf<'MedicationKnowledge'>>({
    resourceType: 'MedicationKnowledge',
    status: 'active',
    code: { coding: [...syrup.coding, { system: 'https://www.gs1.org/gtin', code: GTIN }] },
    productType: [coded('product-type', 'otc')],
    cost: [{ type: coded('product-cost', 'price'), cost: { value: 0.064, currency: 'EUR' } }],
    extension: [
      { url: `${BASE}/StructureDefinition/base-unit`, valueCode: 'mL' },
      {
        url: `${BASE}/StructureDefinition/stock-pack`,
        extension: [
          { url: 'unit', valueCode: '{bottle}' },
          { url: 'quantity', valuePositiveInt: 103 },
          { url: 'gtin', valueString: GTIN },
        ],
      },
    ],
  });
  const { id: lot } = await clinic.store<ResourceOf<'Medication'>>({
    resourceType: 'Medication',
    meta: { profile: [`${BASE}/StructureDefinition/stock-lot`] },
    code: { text: 'Syrup' },
    manufacturer: { display: 'Maker' },
    batch: { lotNumber: 'A1', expirationDate: '2031-02-28' },
    extension: [
      {
        url: `${BASE}/StructureDefinition/lot-product`,
        valueReference: { reference: `MedicationKnowledge/${product}` },
      },
      { url: `${BASE}/StructureDefinition/lot-status`, valueCode: 'active' },
    ],
  });
  await clinic.store(deliveryOf({ type: 'receipt', lot, quantity: 2060, destination: counter }));
  const discount = (name: string, factor: number, more: Partial<ResourceOf<'ChargeItemDefinition'>>) =>
    clinic.store<ResourceOf<'ChargeItemDefinition'>>({
      resourceType: 'ChargeItemDefinition',
      url: `https://clinic.example/price/${name}`,
      version: '1',
      status: 'active',
      code: syrup,
      propertyGroup: [{ priceComponent: [{ type: 'discount', factor }] }],
      ...more,
    });
  const when = '%patient.birthDate <= %date - 65 years';
  const window = { start: `${year}-01-01`, end: `${year}-12-31` };
  await discount('senior', 0.1, { applicability: [{ expression: when }], effectivePeriod: window });
  await discount('season', 0.5, { effectivePeriod: { start: '2020-12-01', end: '2020-12-31' } });
});

const sell = (patient: string | undefined, packs = 1): Promise<TestAnswer> =>
  ann.send('POST', 'Invoice/$checkout', {
    resourceType: 'Parameters',
    parameter: [
      { name: 'location', valueReference: { reference: `Location/${counter}` } },
      ...(patient === undefined ? [] : [{ name: 'patient', valueReference: { reference: `Patient/${patient}` } }]),
      ...Array.from({ length: packs }, () => ({ name: 'gs1', valueString: PACK })),
    ],
  });

function sold({ status, body }: TestAnswer): Stored<'Invoice'> {
  // The Invoice is the first of what was written.
  const [first] = (body.entry ?? []) as readonly { readonly resource: Stored<'Invoice'> }[];
  if (first === undefined) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return first.resource;
}

const amounts = ({ lineItem = [], totalNet, totalGross }: Stored<'Invoice'>) => [
  ...lineItem.map(({ priceComponent = [] }) => priceComponent.map(({ amount }) => amount?.value)),
  totalNet?.value,
  totalGross?.value,
];

test('II.2.4 $checkout takes 10 % off for seniors in the window, to the cent, and nothing for others', async () => {
  // 103 × 0.064 = 6.592: 6.59, less 0.659 is 5.931.
  const senior = sold(await sell('old'));
  expect(amounts(senior)).toEqual([[6.59, -0.66], 5.93, 5.93]);
  expect(senior.meta).toMatchObject({ profile: [PRICED_INVOICE] });
  expect(senior.lineItem?.[0]?.priceComponent?.[1]).toMatchObject({
    type: 'discount',
    factor: 0.1,
    extension: [{ valueCanonical: 'https://clinic.example/price/senior|1' }],
  });
  // Three packs are one line: 19.776.
  expect(amounts(sold(await sell('old', 3)))).toEqual([[19.78, -1.98], 17.8, 17.8]);
  expect(amounts(sold(await sell('young')))).toEqual([[6.59], 6.59, 6.59]);
  expect(amounts(sold(await sell(undefined)))).toEqual([[6.59], 6.59, 6.59]);
});

test('what was sold stays as it was sold', async () => {
  const invoice = sold(await sell('young'));
  const { body } = await ann.get(`Invoice/${invoice.id}`);
  const cheaper = { ...body, totalGross: { value: 1, currency: 'EUR' } };
  const answer = await clinic.send('PUT', `Invoice/${invoice.id}`, cheaper);
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([422, expect.stringContaining('billing.invoiceFrozen')]);
});

test.each([
  ['a cheaper base', { factor: 10, amount: { value: 0.1, currency: 'EUR' } }],
  ['another currency', { factor: 10, amount: { value: 0.64, currency: 'USD' } }],
  ['no amount', { factor: 10 }],
] as const)('an Invoice of a product by hand with %s is refused', async (_name, more) => {
  const answer = await ann.send('POST', 'Invoice', byHand([{ type: 'base', ...more }]));
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([422, expect.stringContaining('billing.wrongBase')]);
});

test('II.2.4 one by hand gets the same discount', async () => {
  const exact = [{ type: 'base', factor: 10, amount: { value: 0.64, currency: 'EUR' } }];
  const subject = { reference: 'Patient/old' };
  const { body } = await ann.send('POST', 'Invoice', { ...byHand(exact), subject });
  expect(amounts(body as never)).toEqual([[0.64, -0.06], 0.58, 0.58]);
});

function byHand(priceComponent: readonly object[]): ResourceOf<'Invoice'> {
  return {
    resourceType: 'Invoice',
    status: 'issued',
    lineItem: [{ chargeItemCodeableConcept: syrup, priceComponent: priceComponent as never }],
  };
}

test('II.2.4 no path sells a product at another price', async () => {
  const line = (value: number) => [{ type: 'base', factor: 10, amount: { value, currency: 'EUR' } }];
  const accepted = { ...byHand(line(0.64)), status: 'draft' } as const;
  const parts = [
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: 'Invoice.lineItem[0].priceComponent[0].amount' },
    { name: 'value', valueMoney: { value: 0.01, currency: 'EUR' } },
  ];
  const bypasses = await clinic.bypasses({
    accepted,
    refused: { ...byHand(line(0.01)), status: 'draft' },
    fhirPathPatch: { resourceType: 'Parameters', parameter: [{ name: 'operation', part: parts }] },
    fault: 'billing.wrongBase',
  });
  expect(bypasses).toEqual([]);
});
