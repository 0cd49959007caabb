import type { ResourceOf } from '#sdk';
import { testClinic } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);
const physician = clinic.as({ roles: ['physician'], fhirUser: 'Practitioner/doctor' });

const REQUIRED = ['10160-0', '48765-2', '11450-4'];
const ABSENT = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips';
const active = (kind: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/${kind}`, code: 'active' }],
});

beforeAll(async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'doctor', name: [{ family: 'Hale' }] });
});

async function summaryOf(id: string) {
  const { status, body } = await physician.get(`Patient/${id}/$summary`);
  expect(status).toBe(200);
  const bundle = body as unknown as ResourceOf<'Bundle'>;
  const composition = bundle.entry?.[0]?.resource as ResourceOf<'Composition'>;
  const sections = new Map(composition.section?.map((section) => [section.code?.coding?.[0]?.code, section]));
  const entries = new Map(bundle.entry?.map(({ fullUrl, resource }) => [fullUrl, resource]));
  const entriesOf = (code: string) => sections.get(code)?.entry?.map(({ reference }) => entries.get(reference));
  return { bundle, composition, sections, entries, entriesOf };
}

async function isValid(bundle: ResourceOf<'Bundle'>): Promise<readonly string[]> {
  const { body } = await clinic.send('POST', 'Bundle/$validate', bundle);
  return (body.issue ?? []).filter(({ severity }) => severity === 'error').map(({ details }) => details.text);
}

test('I.1.1 of a patient of whom nothing is known: problems, allergies and medications all the same', async () => {
  await clinic.store({ resourceType: 'Patient', id: 'empty', name: [{ family: 'Bell' }], birthDate: '1980-01-01' });
  const { bundle, composition, sections, entriesOf } = await summaryOf('empty');
  expect(bundle.type).toBe('document');
  expect(composition.type.coding?.[0]?.code).toBe('60591-5');
  expect([...sections.keys()]).toEqual(REQUIRED);
  expect(REQUIRED.map((code) => JSON.stringify(entriesOf(code)))).toEqual([
    expect.stringContaining(`"system":"${ABSENT}","code":"no-medication-info"`),
    expect.stringContaining(`"system":"${ABSENT}","code":"no-allergy-info"`),
    expect.stringContaining(`"system":"${ABSENT}","code":"no-problem-info"`),
  ]);
  expect(await isValid(bundle)).toEqual([]);
});

describe('I.1.1 of a whole record', () => {
  const subject = { reference: 'Patient/whole' };

  beforeAll(async () => {
    await clinic.store({ resourceType: 'Patient', id: 'whole', name: [{ family: 'Bell' }], birthDate: '1950-01-01' });
    const store = clinic.store;
    await store({
      resourceType: 'Condition',
      id: 'gout',
      clinicalStatus: active('condition-clinical'),
      code: { text: 'Gout <script>alert(1)</script> & "more"' },
      subject,
    });
    await store({
      resourceType: 'Condition',
      id: 'mistake',
      verificationStatus: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'entered-in-error' }],
      },
      code: { text: 'Somebody else’s disease' },
      subject,
    });
    await store({
      resourceType: 'AllergyIntolerance',
      id: 'none',
      clinicalStatus: active('allergyintolerance-clinical'),
      code: { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }], text: 'No known allergies' },
      patient: subject,
    });
    await store({ resourceType: 'Medication', id: 'allopurinol', code: { text: 'Allopurinol 100 mg' } });
    await store({
      resourceType: 'MedicationStatement',
      id: 'takes',
      status: 'active',
      medicationReference: { reference: 'Medication/allopurinol' },
      subject,
      dosage: [{ text: 'one a day' }],
    });
    await store({
      resourceType: 'MedicationStatement',
      id: 'never',
      status: 'entered-in-error',
      medicationCodeableConcept: { text: 'Methadone' },
      subject,
    });
    await store({
      resourceType: 'Immunization',
      id: 'tetanus',
      status: 'completed',
      vaccineCode: { text: 'Tetanus' },
      patient: subject,
      occurrenceDateTime: '2020-02-02',
    });
    for (const [day, value] of [
      ['01', 8.1],
      ['02', 7.25],
    ] as const) {
      await store({
        resourceType: 'Observation',
        status: 'final',
        category: [
          { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] },
        ],
        code: { text: 'Urate' },
        subject,
        effectiveDateTime: `2026-11-${day}`,
        valueQuantity: { value, unit: 'mg/dL' },
      });
    }
  });

  test('each section has what is true, and nothing that was entered in error', async () => {
    const { bundle, entries, entriesOf, sections } = await summaryOf('whole');
    const ids = (code: string) => entriesOf(code)?.map((resource) => resource?.id);
    expect(REQUIRED.map(ids)).toEqual([['takes'], ['none'], ['gout']]);
    expect(ids('11369-6')).toEqual(['tetanus']);
    expect(sections.get('30954-2')?.text?.div).toContain('Urate (2026-11-02): 7.25 mg/dL');
    expect(entriesOf('30954-2')).toHaveLength(1);
    expect([...entries.values()].some((resource) => resource?.id === 'allopurinol')).toBe(true);
    expect(JSON.stringify(bundle)).not.toMatch(/Methadone|Somebody else/);
    expect(await isValid(bundle)).toEqual([]);
  });

  test('markup in the record stays text in narratives', async () => {
    const div = (await summaryOf('whole')).sections.get('11450-4')?.text?.div;
    expect(div).toContain('Gout &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;');
  });
});

test('a patient gets their own summary, and no other one', async () => {
  const own = clinic.as({ roles: ['patient'], fhirUser: 'Patient/whole' });
  expect((await own.get('Patient/whole/$summary')).status).toBe(200);
  expect((await own.get('Patient/empty/$summary')).status).toBe(404);
  const desk = clinic.as({ roles: ['receptionist'], fhirUser: 'Practitioner/desk' });
  expect((await desk.get('Patient/whole/$summary')).status).toBe(403);
});

test('by identifier', async () => {
  const system = 'https://example.org/mrn';
  await clinic.store({ resourceType: 'Patient', id: 'known', identifier: [{ system, value: '7' }] });
  expect((await physician.get(`Patient/$summary?identifier=${system}|7`)).status).toBe(200);
  expect((await physician.get(`Patient/$summary?identifier=${system}|8`)).status).toBe(404);
  expect((await physician.get('Patient/$summary')).status).toBe(400);
});
