import { testClinic } from '#sdk/testing';
import { codeable, definition, outcome, SENIOR } from './billing.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const keeper = clinic.as({ roles: ['price-keeper'], fhirUser: 'Practitioner/keeper' });
const tenth = { type: 'discount', factor: 0.1 } as const;
const one = { value: 1, currency: 'EUR' } as const;
const post = (body: object) => keeper.send('POST', 'ChargeItemDefinition', body);

beforeAll(() => clinic.store({ resourceType: 'Practitioner', id: 'keeper' }));

test.each([
  ['no FHIRPath', '%patient.birthDate <='],
  ['an unknown function', '%patient.ageOver(65)'],
  ['an unknown variable', '%customer.birthDate.exists()'],
  ['what gives no truth value', '%patient.birthDate'],
  ['what cannot be computed', "%patient.birthDate + 'x' = 'y'"],
])('II.2.4 an applicability is refused when it is written: %s', async (_name, when) => {
  for (const status of ['active', 'draft'] as const) {
    const answer = await post(definition('broken', tenth, { when, status }));
    expect(outcome(answer)).toEqual([422, 'billing.brokenCondition']);
    expect(answer.body.issue?.[0]?.details.text).toContain(when);
  }
  const inGroup = { propertyGroup: [{ applicability: [{ expression: when }], priceComponent: [tenth] }] };
  expect(outcome(await post(definition('broken', tenth, inGroup)))).toEqual([422, 'billing.brokenCondition']);
});

test.each([SENIOR, "%patient.gender = 'female'", '%context.quantity.value > 3', 'true', '%encounter.exists().not()'])(
  'II.2.4 an applicability is stored: %s',
  async (when) => {
    expect((await post(definition(`good-${when.length}`, tenth, { when }))).status).toBe(201);
  },
);

test.each([
  ['another language', { applicability: [{ language: 'text/cql', expression: 'x' }] }, 'billing.otherLanguage'],
  ['more than all', { propertyGroup: group({ type: 'discount', factor: 1.01 }) }, 'billing.badComponent'],
  ['nothing off', { propertyGroup: group({ type: 'discount', factor: 0 }) }, 'billing.badComponent'],
  [
    'a negative amount',
    { propertyGroup: group({ type: 'base', amount: { ...one, value: -1 } }) },
    'billing.badComponent',
  ],
  ['no currency', { propertyGroup: group({ type: 'base', amount: { value: 1 } }) }, 'billing.badComponent'],
  ['a base by factor', { propertyGroup: group({ type: 'base', factor: 1 }) }, 'billing.badComponent'],
  ['both', { propertyGroup: group({ type: 'discount', factor: 0.1, amount: one }) }, 'billing.badComponent'],
  ['a tax', { propertyGroup: group({ type: 'tax', factor: 0.2 }) }, 'billing.badComponent'],
  [
    'a huge amount',
    { propertyGroup: group({ type: 'base', amount: { ...one, value: 1e15 } }) },
    'billing.badComponent',
  ],
  ['no version', { version: undefined }, 'billing.versionNeeded'],
])('II.2.4 an active definition with %s is refused, a draft is not', async (name, more, code) => {
  const wrong = { ...definition(name.replaceAll(' ', '-'), tenth), ...more };
  expect(outcome(await post(wrong))).toEqual([422, code]);
  expect((await post({ ...wrong, status: 'draft' })).status).toBe(201);
});

function group(component: object) {
  return [{ priceComponent: [component] }];
}

test('what a version says stays: it is retired, and another version takes its place', async () => {
  const made = await clinic.store(definition('kept', tenth, { code: codeable('kept') }));
  const path = `ChargeItemDefinition/${made.id}`;
  const put = (more: object) => keeper.send('PUT', path, { ...made, ...more });
  for (const more of [
    { propertyGroup: group({ type: 'discount', factor: 0.2 }) },
    { version: '3' },
    { code: codeable('x') },
    { status: 'draft' },
  ]) {
    expect(outcome(await put(more))).toEqual([422, 'billing.priceFrozen']);
  }
  expect(outcome(await clinic.send('DELETE', path))).toEqual([422, 'billing.priceKept']);
  const draft = await clinic.store(definition('dropped', tenth, { status: 'draft' }));
  expect((await keeper.send('DELETE', `ChargeItemDefinition/${draft.id}`)).status).toBeLessThan(300);
  expect(outcome(await post(definition('kept', tenth)))).toEqual([409, 'billing.sameVersion']);
  expect((await post(definition('kept', tenth, { version: '2' }))).status).toBe(201);
  expect((await put({ effectivePeriod: { end: '2026-12-31' } })).status).toBe(200);
  expect((await put({ status: 'retired' })).status).toBe(200);
  expect(outcome(await put({ status: 'retired', url: 'urn:other' }))).toEqual([422, 'billing.priceFrozen']);
});

test('who bills or sells sets no prices', async () => {
  for (const role of ['biller', 'pharmacist', 'nurse', 'receptionist', 'physician', 'patient']) {
    const user = clinic.as({ roles: [role], fhirUser: 'Practitioner/keeper' });
    expect((await user.send('POST', 'ChargeItemDefinition', definition(role, tenth))).status).toBe(403);
  }
  await clinic.store({ resourceType: 'Patient', id: 'bell' });
  expect((await keeper.get('Patient/bell')).status).toBe(404);
  expect((await keeper.send('POST', 'Invoice', { resourceType: 'Invoice', status: 'draft' })).status).toBe(403);
});

test('II.2.4 no path stores a broken applicability', async () => {
  const accepted = definition('by-any-path', tenth, { when: SENIOR, status: 'draft' });
  const broken = '%patient.birthDate <=';
  const parts = [
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: 'ChargeItemDefinition.applicability[0].expression' },
    { name: 'value', valueString: broken },
  ];
  const bypasses = await clinic.bypasses({
    accepted,
    refused: { ...accepted, applicability: [{ expression: broken }] },
    fhirPathPatch: { resourceType: 'Parameters', parameter: [{ name: 'operation', part: parts }] },
    fault: 'billing.brokenCondition',
  });
  expect(bypasses).toEqual([]);
});
