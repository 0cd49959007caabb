import { eventually, testClinic } from '#sdk/testing';
import { orderFor, woman } from './decision-support.fixture.ts';

const clinic = testClinic(import.meta.dirname);

const ACTIVE = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
};

test('an allergy that is recorded later: who ordered the drug is told, once', async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'doctor' } as const);
  const subject = `Patient/${(await clinic.store(woman)).id}`;
  const order = await clinic.store({
    ...orderFor(subject, 'amoxicillin'),
    requester: { reference: 'Practitioner/doctor' },
  });
  const allergy = await clinic.store({
    resourceType: 'AllergyIntolerance',
    clinicalStatus: ACTIVE,
    patient: { reference: subject },
    code: { text: 'Penicillin' },
  } as const);
  const tasks = async (): Promise<number> =>
    (await clinic.get(`Task?patient=${subject}&owner=Practitioner/doctor`)).body.total ?? 0;
  expect(await eventually(tasks, (total) => total > 0)).toBe(1);
  await clinic.store({ ...allergy, note: [{ text: 'a rash, years ago' }] });
  await clinic.store({ ...orderFor(subject, 'loratadine'), requester: { reference: 'Practitioner/doctor' } });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(await tasks()).toBe(1);
  const { body } = await clinic.get(`DetectedIssue?patient=${subject}`);
  const { entry } = body as unknown as {
    readonly entry: readonly { readonly resource: { readonly implicated: readonly object[] } }[];
  };
  expect(entry.map(({ resource }) => resource.implicated)).toEqual([
    [{ reference: `MedicationRequest/${order.id}` }, { reference: `AllergyIntolerance/${allergy.id}` }],
  ]);
});

test('a drug that a patient turns out to take: who ordered what does not go with it is told, once', async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'other' } as const);
  const subject = `Patient/${(await clinic.store(woman)).id}`;
  const requester = { reference: 'Practitioner/other' };
  const order = await clinic.store({ ...orderFor(subject, 'sertraline'), requester });
  await clinic.store({ ...orderFor(subject, 'loratadine'), requester });
  const statement = await clinic.store({
    resourceType: 'MedicationStatement',
    status: 'active',
    subject: { reference: subject },
    medicationCodeableConcept: { text: 'Phenelzine' },
  } as const);
  const issues = async () => (await clinic.get(`DetectedIssue?patient=${subject}`)).body;
  const body = await eventually(issues, ({ total }) => total === 1);
  const { entry } = body as unknown as {
    readonly entry: readonly { readonly resource: { readonly implicated: readonly object[] } }[];
  };
  expect(entry.map(({ resource }) => resource.implicated)).toEqual([
    [{ reference: `MedicationRequest/${order.id}` }, { reference: `MedicationStatement/${statement.id}` }],
  ]);
  await clinic.store({ ...statement, note: [{ text: 'since last week' }] });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect((await issues()).total).toBe(1);
  expect((await clinic.get(`Task?patient=${subject}&owner=Practitioner/other`)).body.total).toBe(1);
});
