import type { JsonObject } from '../../../server/kernel/json.ts';

const NARRATIVE = 'http://www.w3.org/1999/xhtml';

/** A patient as registration systems send it, 1.6 kB of JSON. */
export function benchPatient(): JsonObject {
  return {
    resourceType: 'Patient',
    id: 'bench-patient',
    meta: { versionId: '1', lastUpdated: '2026-01-05T08:15:30.000Z' },
    text: {
      status: 'generated',
      div: `<div xmlns="${NARRATIVE}"><p><b>Anna Maria Muster</b>, born 3 May 1974</p><p>Example Street 12, 8000 Sampletown</p></div>`,
    },
    identifier: [
      {
        use: 'usual',
        type: {
          coding: [
            { system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR', display: 'Medical record number' },
          ],
        },
        system: 'https://clinic.example.org/mrn',
        value: '4711-0815',
        period: { start: '2015-02-01' },
        assigner: { display: 'Example Clinic' },
      },
    ],
    active: true,
    name: [
      { use: 'official', family: 'Muster', given: ['Anna', 'Maria'], prefix: ['Dr.'] },
      { use: 'maiden', family: 'Beispiel', given: ['Anna'], period: { end: '2001-06-30' } },
    ],
    telecom: [
      { system: 'phone', value: '+41 44 555 01 23', use: 'home', rank: 1 },
      { system: 'email', value: 'anna.muster@example.org', use: 'work' },
    ],
    gender: 'female',
    birthDate: '1974-05-03',
    deceasedBoolean: false,
    address: [
      {
        use: 'home',
        type: 'both',
        line: ['Example Street 12'],
        city: 'Sampletown',
        postalCode: '8000',
        country: 'CH',
        period: { start: '2002-01-01' },
      },
    ],
    maritalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', code: 'M', display: 'Married' }],
    },
    contact: [
      {
        relationship: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0131', code: 'N' }] }],
        name: { family: 'Muster', given: ['Peter'] },
        telecom: [{ system: 'phone', value: '+41 44 555 01 24' }],
      },
    ],
    communication: [{ language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'de-CH' }] }, preferred: true }],
    generalPractitioner: [{ reference: 'Practitioner/gp-1', display: 'Dr. Sample' }],
    managingOrganization: { reference: 'Organization/clinic' },
  };
}

/** A laboratory result, 1 kB of JSON. */
export function benchObservation(): JsonObject {
  const ucum = { unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' };
  return {
    resourceType: 'Observation',
    id: 'bench-observation',
    meta: { versionId: '1', lastUpdated: '2026-01-05T08:15:30.000Z' },
    identifier: [{ system: 'https://lab.example.org/results', value: 'R-2026-000123' }],
    status: 'final',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/observation-category',
            code: 'laboratory',
            display: 'Laboratory',
          },
        ],
      },
    ],
    code: { coding: [{ system: 'https://lab.example.org/codes', code: 'K', display: 'Potassium' }], text: 'Potassium' },
    subject: { reference: 'Patient/bench-patient' },
    encounter: { reference: 'Encounter/e-1' },
    effectiveDateTime: '2026-01-05T07:50:00+01:00',
    issued: '2026-01-05T08:15:00.000+01:00',
    performer: [{ reference: 'Organization/lab', display: 'Example Laboratory' }],
    valueQuantity: { value: 4.2, ...ucum },
    interpretation: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
            code: 'N',
            display: 'Normal',
          },
        ],
      },
    ],
    note: [{ text: 'Sample slightly haemolysed.' }],
    referenceRange: [{ low: { value: 3.5, ...ucum }, high: { value: 5.1, ...ucum } }],
  };
}

/** A form of 500 items, 450 questions in 50 groups, 120 kB of JSON. */
export function benchQuestionnaire(): JsonObject {
  return {
    resourceType: 'Questionnaire',
    url: 'https://clinic.example.org/Questionnaire/bench',
    name: 'Bench',
    status: 'active',
    subjectType: ['Patient'],
    item: Array.from({ length: 50 }, (_, group) => ({
      linkId: String(group),
      text: `Group ${group}`,
      type: 'group',
      item: Array.from({ length: 9 }, (_unused, index) => question(group, index)),
    })),
  };
}

function question(group: number, index: number): JsonObject {
  const common = {
    linkId: `${group}.${index}`,
    text: `Did symptom ${index} trouble you?`,
  };
  if (index > 0 && index % 2 === 0) return { ...common, type: 'string', maxLength: 200 };
  return {
    ...common,
    type: 'choice',
    required: index === 0,
    ...(index === 0 ? {} : { enableWhen: [{ question: `${group}.0`, operator: '=', answerCoding: answer('Y') }] }),
    answerOption: [{ valueCoding: answer('N') }, { valueCoding: answer('Y') }],
  };
}

function answer(code: string): JsonObject {
  return { system: 'http://terminology.hl7.org/CodeSystem/v2-0136', code };
}
