import type { JsonObject } from '../../../server/kernel/json.ts';

/** Repeatable pseudo-random numbers in [0, 1) (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const LOINC = 'http://loinc.org';
export const MRN = 'http://hospital.example.org/mrn';
const CODES = 100;
const START = Date.UTC(2015, 0, 1);
const SPAN = 10 * 365 * 86_400_000;
const FAMILIES = [
  'Smith',
  'García',
  'Müller',
  'Nowak',
  'Rossi',
  'Dubois',
  'Jensen',
  'Okafor',
  'Tanaka',
  'Silva',
  'Kim',
  'Ivanova',
];
const ENDINGS = ['', 'son', 'sen', 'man', 'berg', 'ova', 'ski', 'ez', 'elli', 'ton'];
const GIVEN = [
  'Anna',
  'Ben',
  'Chloé',
  'David',
  'Eva',
  'Farid',
  'Grace',
  'Hugo',
  'Ines',
  'Jonas',
  'Kira',
  'Liam',
  'Mia',
  'Noah',
];
const UNITS = ['mg/dL', 'mmol/L', 'mm[Hg]', '%', 'kg', 'cm', 'Cel', '/min'];

/** Zipf: the first code is on about a fifth of all observations. */
export function zipfCode(random: () => number): number {
  return Math.min(CODES - 1, Math.floor(Math.exp(random() * Math.log(CODES + 1)) - 1));
}

export function loincCode(index: number): string {
  return `${1000 + index}-${index % 10}`;
}

export function familyName(index: number): string {
  return `${FAMILIES[index % FAMILIES.length] ?? ''}${ENDINGS[Math.floor(index / FAMILIES.length) % ENDINGS.length] ?? ''}`;
}

export function patient(index: number, random: () => number): JsonObject {
  return {
    resourceType: 'Patient',
    id: `p${index}`,
    active: true,
    identifier: [{ system: MRN, value: `MRN-${index}` }],
    name: [
      { family: familyName(Math.floor(random() * 120)), given: [GIVEN[Math.floor(random() * GIVEN.length)] ?? ''] },
    ],
    gender: index % 2 === 0 ? 'female' : 'male',
    birthDate: new Date(Date.UTC(1930, 0, 1) + random() * 85 * 365 * 86_400_000).toISOString().slice(0, 10),
    address: [
      { line: [`${index % 200} Main Street`], city: `City${index % 300}`, postalCode: String(10_000 + (index % 500)) },
    ],
    generalPractitioner: [{ reference: `Practitioner/d${index % 50}` }],
  };
}

export function practitioner(index: number): JsonObject {
  return { resourceType: 'Practitioner', id: `d${index}`, name: [{ family: familyName(index), given: ['Doc'] }] };
}

export function observation(index: number, patients: number, random: () => number): JsonObject {
  const code = zipfCode(random);
  const at = new Date(START + random() * SPAN).toISOString();
  const value = (random() * 200).toFixed(1);
  const unit = UNITS[code % UNITS.length] ?? '1';
  const quantity = (number: string): JsonObject => ({
    value: Number(number),
    unit,
    system: 'http://unitsofmeasure.org',
    code: unit,
  });
  const coding = (name: string): JsonObject => ({
    coding: [{ system: LOINC, code: name, display: `Analyte ${name}` }],
  });
  return {
    resourceType: 'Observation',
    id: `o${index}`,
    status: random() < 0.97 ? 'final' : 'amended',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/observation-category',
            code: code % 3 === 0 ? 'vital-signs' : 'laboratory',
          },
        ],
      },
    ],
    code: coding(loincCode(code)),
    subject: { reference: `Patient/p${Math.floor(random() * patients)}` },
    effectiveDateTime: at,
    issued: at,
    performer: [{ reference: `Practitioner/d${Math.floor(random() * 50)}` }],
    // The second code is a panel, as blood pressure is.
    ...(code === 1
      ? {
          component: [
            { code: coding('8480-6'), valueQuantity: quantity((90 + random() * 90).toFixed(0)) },
            { code: coding('8462-4'), valueQuantity: quantity((50 + random() * 60).toFixed(0)) },
          ],
        }
      : { valueQuantity: quantity(value) }),
  };
}
