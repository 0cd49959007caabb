/** What the bench loads: patients with observations, all values derived from their numbers, so that answers can be checked. */
export interface DataSet {
  readonly patients: readonly StoredPatient[];
}

export interface StoredPatient {
  readonly number: number;
  readonly id: string;
  /** Ids of its observations, by number. */
  readonly observations: readonly string[];
}

export const OBSERVATIONS_PER_PATIENT = 20;
export const IDENTIFIER_SYSTEM = 'urn:athanor:bench:mrn';
export const LOINC = 'http://loinc.org';
const FAMILIES = 150;
const SYLLABLES = ['ka', 'ro', 'mi', 'ta', 'ne', 'vo', 'su', 'li', 'ge', 'pa', 'dor', 'wen'] as const;
const FIRST_DAY = Date.UTC(2015, 0, 1);
const HOUR = 3_600_000;

/** One of 150 names that no other one starts with. */
export function familyOf(patient: number): string {
  const family = patient % FAMILIES;
  const syllable = (place: number): string => SYLLABLES[place % SYLLABLES.length] ?? '';
  const name = `${syllable(family)}${syllable(Math.floor(family / SYLLABLES.length))}berg`;
  return name.charAt(0).toUpperCase() + name.slice(1) + String.fromCharCode(97 + (family % 26));
}

export function identifierOf(patient: number): string {
  return `MRN-${String(patient).padStart(6, '0')}`;
}

/** Each observation of a patient has another code. */
export function codeOf(observation: number): string {
  return `${8000 + observation}-${observation % 10}`;
}

/** No two observations are at the same time; milliseconds. */
export function timeOf(patient: number, observation: number): number {
  return FIRST_DAY + observation * 24 * 30 * HOUR + patient * 60_000;
}

export function patientResource(patient: number): Record<string, unknown> {
  return {
    resourceType: 'Patient',
    identifier: [
      { use: 'usual', system: IDENTIFIER_SYSTEM, value: identifierOf(patient) },
      { use: 'official', system: 'urn:athanor:bench:ssn', value: `999-${String(patient).padStart(7, '0')}` },
    ],
    active: true,
    name: [{ use: 'official', family: familyOf(patient), given: [`Given${patient % 97}`, `Middle${patient % 31}`] }],
    telecom: [
      { system: 'phone', value: `+1 555 ${String(patient).padStart(7, '0')}`, use: 'home' },
      { system: 'email', value: `patient${patient}@example.org` },
    ],
    gender: patient % 2 === 0 ? 'female' : 'male',
    birthDate: new Date(Date.UTC(1940 + (patient % 80), patient % 12, 1 + (patient % 28))).toISOString().slice(0, 10),
    address: [
      {
        use: 'home',
        line: [`${patient % 900} Main Street`],
        city: 'Springfield',
        state: 'MA',
        postalCode: '01101',
        country: 'US',
      },
    ],
    maritalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', code: 'M', display: 'Married' }],
    },
  };
}

export function observationResource(patient: number, observation: number, subject: string): Record<string, unknown> {
  const at = new Date(timeOf(patient, observation)).toISOString();
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/observation-category',
            code: 'vital-signs',
            display: 'Vital Signs',
          },
        ],
      },
    ],
    code: {
      coding: [{ system: LOINC, code: codeOf(observation), display: `Measurement number ${observation}` }],
      text: `Measurement number ${observation}`,
    },
    subject: { reference: subject },
    effectiveDateTime: at,
    issued: at,
    valueQuantity: {
      value: 50 + ((patient * 7 + observation * 13) % 1000) / 10,
      unit: 'mm[Hg]',
      system: 'http://unitsofmeasure.org',
      code: 'mm[Hg]',
    },
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
    note: [{ text: 'Measured sitting, after five minutes of rest.' }],
  };
}

/** A patient and its first `count` observations. */
export function patientTransaction(patient: number, count: number): Record<string, unknown> {
  const fullUrl = `urn:uuid:00000000-0000-4000-8000-${String(patient).padStart(12, '0')}`;
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { fullUrl, resource: patientResource(patient), request: { method: 'POST', url: 'Patient' } },
      ...Array.from({ length: count }, (_, observation) => ({
        resource: observationResource(patient, observation, fullUrl),
        request: { method: 'POST', url: 'Observation' },
      })),
    ],
  };
}

/** `Observation/id` of all observations of a number, newest first. */
export function newestFirst({ patients }: DataSet, observation: number): string[] {
  return [...patients].reverse().map(({ observations }) => `Observation/${observations[observation]}`);
}
