import { testClinic, until } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);
const nurse = clinic.as({ roles: ['nurse'], fhirUser: 'Practitioner/nurse' });

const UCUM = 'http://unitsofmeasure.org';
const BEDSIDE = 'https://athanor.health/fhir/CodeSystem/clinical-bedside';
const PROFILE = 'https://athanor.health/fhir/StructureDefinition/clinical-vital-sign';
const AT = '2026-11-20T08:00:00Z';

const observation = (patient: string, coding: object, more: object) => ({
  resourceType: 'Observation' as const,
  meta: { profile: [PROFILE] },
  status: 'final' as 'final' | 'entered-in-error',
  category: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
  ],
  code: { coding: [coding] },
  subject: { reference: `Patient/${patient}` },
  effectiveDateTime: AT,
  ...more,
});

const measured = (patient: string, code: string, value: number, unit: string) =>
  observation(
    patient,
    { system: 'http://loinc.org', code },
    { valueQuantity: { value, unit, system: UCUM, code: unit } },
  );

const found = (patient: string, code: string, value: string) =>
  observation(
    patient,
    { system: BEDSIDE, code },
    { valueCodeableConcept: { coding: [{ system: BEDSIDE, code: value }] } },
  );

interface Derived {
  readonly id: string;
  readonly status: string;
  readonly valueQuantity?: { readonly value: number };
  readonly valueInteger?: number;
}

async function derived(patient: string, code: string): Promise<readonly Derived[]> {
  const { body } = await nurse.get(`Observation?patient=Patient/${patient}&code=${code}`);
  return ((body.entry ?? []) as readonly { readonly resource: Derived }[]).map(({ resource }) => resource);
}

test('weight and height give the body mass index, once; it follows corrections', async () => {
  await clinic.store({ resourceType: 'Patient', id: 'adult', birthDate: '1980-01-01' });
  const weight = await nurse.store(measured('adult', '29463-7', 70, 'kg'));
  await nurse.store(measured('adult', '8302-2', 175, 'cm'));
  const bmi = () => derived('adult', '39156-5');
  await until(async () => (await bmi())[0]?.valueQuantity?.value === 22.9);
  await nurse.store({ ...measured('adult', '29463-7', 80, 'kg'), id: weight.id });
  await until(async () => (await bmi())[0]?.valueQuantity?.value === 26.1);
  await nurse.store({ ...measured('adult', '29463-7', 80, 'kg'), id: weight.id, status: 'entered-in-error' });
  await until(async () => (await bmi())[0]?.status === 'entered-in-error');
  expect(await bmi()).toHaveLength(1);
});

test('a whole round gives NEWS2, an incomplete one none', async () => {
  await clinic.store({ resourceType: 'Patient', id: 'ward', birthDate: '1950-06-01' });
  const all = [
    measured('ward', '9279-1', 22, '/min'),
    measured('ward', '2708-6', 95, '%'),
    measured('ward', '8480-6', 118, 'mm[Hg]'),
    measured('ward', '8867-4', 115, '/min'),
    measured('ward', '8310-5', 38.5, 'Cel'),
    found('ward', 'inspired-gas', 'air'),
  ];
  for (const each of all) await nurse.store(each);
  const score = () => derived('ward', `${BEDSIDE}|news2`);
  const consciousness = await nurse.store(found('ward', 'consciousness', 'alert'));
  await until(async () => (await score())[0]?.valueInteger === 6);
  await nurse.store({ ...found('ward', 'consciousness', 'voice'), id: consciousness.id });
  await until(async () => (await score())[0]?.valueInteger === 9);
  await nurse.store({ ...found('ward', 'consciousness', 'voice'), id: consciousness.id, status: 'entered-in-error' });
  await until(async () => (await score())[0]?.status === 'entered-in-error');
  expect(await score()).toHaveLength(1);
});
