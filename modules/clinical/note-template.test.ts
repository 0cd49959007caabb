import { testClinic } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);
const author = clinic.as({ roles: ['physician'], fhirUser: 'Practitioner/author' });

const LOINC = 'http://loinc.org';

beforeAll(async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'author', name: [{ family: 'Author' }] });
  await clinic.store({ resourceType: 'Patient', id: 'bell', name: [{ family: 'Bell' }] });
  await clinic.store({
    resourceType: 'Encounter',
    id: 'visit',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: { reference: 'Patient/bell' },
  });
});

test('a note begins with what is known of the patient', async () => {
  await clinic.store({
    resourceType: 'Observation',
    status: 'final',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
    ],
    code: { coding: [{ system: LOINC, code: '8867-4' }], text: 'Heart rate' },
    subject: { reference: 'Patient/bell' },
    effectiveDateTime: new Date().toISOString(),
    valueQuantity: { value: 72, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
  });
  const { status, body } = await author.get('Encounter/visit/$note-template');
  expect([status, body.resourceType, body.status]).toEqual([200, 'QuestionnaireResponse', 'in-progress']);
  expect(JSON.stringify(body.item)).toContain('72 /min');
  expect((await author.send('POST', 'QuestionnaireResponse', body)).status).toBe(201);
  const populated = await author.get('Questionnaire/clinical-soap-note/$populate?subject=Patient/bell');
  expect(populated.body.parameter?.[0]?.name).toBe('response');
  expect((await author.get('Questionnaire/clinical-soap-note/$populate?subject=Patient/nobody')).status).toBe(404);
});
