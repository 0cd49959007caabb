import { testClinic, type TestBody } from '#sdk/testing';
import { orderFor, woman } from './decision-support.fixture.ts';
import { INGREDIENT, LOINC, PRODUCT, UCUM } from './names.ts';

const clinic = testClinic(import.meta.dirname);
const doctor = clinic.as({ roles: ['physician'], fhirUser: 'Practitioner/doctor' });
const pharmacist = clinic.as({ roles: ['pharmacist'], fhirUser: 'Practitioner/pharmacist' });

interface Found {
  readonly issues: Readonly<Record<string, string>>;
  readonly notChecked: readonly string[];
}

function foundIn({ parameter = [] }: TestBody): Found {
  const issues = parameter.flatMap(({ name, resource }) => {
    const { identifier, severity } = (resource ?? {}) as { identifier?: { value: string }[]; severity?: string };
    return name === 'issue' ? [[identifier?.[0]?.value ?? '', severity ?? ''] as const] : [];
  });
  const notChecked = parameter.flatMap(({ name, valueCodeableConcept }) =>
    name === 'notChecked' ? [(valueCodeableConcept as { coding: { code: string }[] }).coding[0]?.code ?? ''] : [],
  );
  return { issues: Object.fromEntries(issues), notChecked };
}

const syrup = (subject: string, milligrams: number) => ({
  ...orderFor(subject, 'amoxicillin', 'draft'),
  medicationCodeableConcept: { text: 'Amoxicillin 50 MG/ML Oral Suspension' },
  dosageInstruction: [
    {
      timing: { repeat: { frequency: 2, period: 1, periodUnit: 'd' as const } },
      doseAndRate: [{ doseQuantity: { value: milligrams, unit: 'mg', system: UCUM, code: 'mg' } }],
    },
  ],
});

beforeAll(async () => {
  for (const id of ['doctor', 'pharmacist']) await clinic.store({ resourceType: 'Practitioner', id } as const);
});

test('I.3.3 10 kg child, 2 g of amoxicillin a day: high issue; without a weight it is told that it was not checked', async () => {
  const birthDate = new Date(Date.now() - 800 * 86_400_000).toISOString().slice(0, 10);
  const { id } = await clinic.store({ resourceType: 'Patient', gender: 'male', birthDate } as const);
  const subject = `Patient/${id}`;
  const without = await doctor.send('POST', 'MedicationRequest/$check-dose', syrup(subject, 1000));
  expect(foundIn(without.body)).toEqual({ issues: {}, notChecked: ['weight-missing'] });
  await clinic.store({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: LOINC, code: '29463-7' }] },
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
    ],
    subject: { reference: subject },
    effectiveDateTime: new Date(Date.now() - 86_400_000).toISOString(),
    valueQuantity: { value: 10, unit: 'kg', system: UCUM, code: 'kg' },
  } as const);
  const { body } = await doctor.send('POST', 'MedicationRequest/$check-dose', syrup(subject, 1000));
  expect(foundIn(body).issues).toEqual({ 'dose-amoxicillin-child-1:amoxicillin@2000mg/d': 'high' });
  const stored = await doctor.store(syrup(subject, 1000));
  const ofStored = await pharmacist.get(`MedicationRequest/${stored.id}/$check-dose`);
  expect(foundIn(ofStored.body).issues).toEqual(foundIn(body).issues);
});

test('a draft is checked against what is recorded, and against what is ordered with it', async () => {
  const subject = `Patient/${(await clinic.store(woman)).id}`;
  await clinic.store({
    resourceType: 'AllergyIntolerance',
    patient: { reference: subject },
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
    },
    code: { text: 'Penicillin' },
  } as const);
  const draft = orderFor(subject, 'amoxicillin', 'draft');
  const one = await doctor.send('POST', 'MedicationRequest/$check', draft);
  expect(foundIn(one.body).issues).toEqual({ 'allergy-penicillins:amoxicillin+penicillins': 'high' });
  const entry = [orderFor(subject, 'sertraline', 'draft'), orderFor(subject, 'phenelzine', 'draft')].map(
    (resource) => ({
      resource,
    }),
  );
  const bundle = { resourceType: 'Bundle', type: 'collection', entry };
  const both = await doctor.send('POST', 'MedicationRequest/$check', bundle);
  expect(foundIn(both.body).issues).toEqual({ 'ssri-maoi:phenelzine+sertraline': 'high' });
});

test.each([
  ['nothing', undefined],
  ['a resource of another type', woman],
  ['a Bundle without orders', { resourceType: 'Bundle', type: 'collection' }],
])('%s is no order to check: 400', async (_what, body) => {
  expect((await doctor.send('POST', 'MedicationRequest/$check', body)).status).toBe(400);
});

test.each([
  ['an endless number', '1e999999'],
  ['a number with a long exponent', '1e-9999'],
  ['a number of a thousand digits', '9'.repeat(1000)],
  ['a negative number', '-5'],
  ['nothing', '0'],
])('a dose that is %s is no error of the server', async (_what, number) => {
  const subject = `Patient/${(await clinic.store(woman)).id}`;
  const text = JSON.stringify(syrup(subject, 123456789)).replaceAll('123456789', number);
  const { status } = await doctor.send('POST', 'MedicationRequest/$check', JSON.parse(text) as object);
  expect(status).toBeLessThan(500);
});

test('who may not check orders is refused', async () => {
  const desk = clinic.as({ roles: ['receptionist'], fhirUser: 'Practitioner/desk' });
  const subject = `Patient/${(await clinic.store(woman)).id}`;
  expect((await desk.send('POST', 'MedicationRequest/$check', orderFor(subject, 'sertraline', 'draft'))).status).toBe(
    403,
  );
});

const product = (code: string, milligrams: number, price: number) =>
  ({
    resourceType: 'MedicationKnowledge',
    status: 'active',
    code: { coding: [{ system: PRODUCT, code }], text: code },
    ingredient: [
      {
        itemCodeableConcept: { coding: [{ system: INGREDIENT, code: 'atorvastatin' }] },
        strength: {
          numerator: { value: milligrams, system: UCUM, code: 'mg' },
          denominator: { value: 1, system: UCUM, code: '{tablet}' },
        },
      },
    ],
    doseForm: { text: 'Oral tablet' },
    cost: [{ type: { text: 'price' }, cost: { value: price, currency: 'USD' } }],
  }) as const;

test('II.4.4 a brand is replaced by the same drug, cheapest first; where it may not be, by none', async () => {
  for (const each of [
    product('brand-20', 20, 3),
    product('generic-20', 20, 0.2),
    product('other-20', 20, 0.5),
    product('generic-40', 40, 0.3),
  ])
    await clinic.store(each);
  const { id } = await clinic.store(woman);
  const order = {
    ...orderFor(`Patient/${id}`, 'atorvastatin', 'draft'),
    medicationCodeableConcept: { coding: [{ system: PRODUCT, code: 'brand-20' }] },
  };
  const offered = async (stored: { readonly id: string }): Promise<readonly unknown[]> => {
    const parameter = [{ name: 'order', valueReference: { reference: `MedicationRequest/${stored.id}` } }];
    const { body } = await pharmacist.send('POST', `Patient/${id}/$substitutes`, {
      resourceType: 'Parameters',
      parameter,
    });
    return (body.parameter ?? []).map(({ resource }) => (resource as { code: { text: string } }).code.text);
  };
  expect(await offered(await clinic.store(order))).toEqual(['generic-20', 'other-20']);
  expect(await offered(await clinic.store({ ...order, substitution: { allowedBoolean: false } }))).toEqual([]);
});

test('an order of a product is checked by what the product is made of', async () => {
  const subject = `Patient/${(await clinic.store(woman)).id}`;
  await clinic.store(orderFor(subject, 'cyclosporine'));
  const order = {
    ...orderFor(subject, 'atorvastatin', 'draft'),
    medicationCodeableConcept: { coding: [{ system: PRODUCT, code: 'generic-20' }] },
  };
  const { body } = await doctor.send('POST', 'MedicationRequest/$check', order);
  expect(foundIn(body).issues).toEqual({ 'cyclosporine-other-statin:atorvastatin+cyclosporine': 'high' });
});
