import type { Random } from './random.ts';
import { LOINC, OWN_BASE, quantity, reference, SNOMED, times, UCUM, type Resource } from './resource.ts';

const EFFECTIVE: readonly object[] = [
  { effectiveDateTime: '2020-03-04T10:20:30Z' },
  { effectiveDateTime: '2020-03-04' },
  { effectiveDateTime: '2020-03' },
  { effectiveDateTime: '2020' },
  { effectiveDateTime: '2020-03-04T23:30:00-05:00' },
  { effectiveDateTime: '2020-03-05T00:30:00+02:00' },
  { effectiveInstant: '2020-03-04T10:20:30.123Z' },
  { effectivePeriod: { start: '2020-03-01', end: '2020-03-31' } },
  { effectivePeriod: { start: '2020-03-04T10:00:00Z' } },
  { effectivePeriod: { end: '2020-02' } },
  { effectiveTiming: { event: ['2020-03-01', '2020-03-15'] } },
  {},
  { effectiveDateTime: '1999-12-31T23:59:59.999+00:00' },
];

const VALUES: readonly object[] = [
  { valueQuantity: quantity(5.4, 'mmol/L') },
  { valueQuantity: quantity(5.44, 'mmol/L') },
  { valueQuantity: quantity(5.35, 'mmol/L') },
  { valueQuantity: quantity(5.45, 'mmol/L') },
  { valueQuantity: quantity(120, 'mm[Hg]', 'mmHg') },
  { valueQuantity: quantity(100.4, 'mm[Hg]', 'mmHg') },
  { valueQuantity: quantity(1, 'g', 'gram') },
  { valueQuantity: quantity(1000, 'mg', 'milligram') },
  { valueQuantity: quantity(0.5, 'kg') },
  { valueQuantity: { value: 7, unit: 'drops' } },
  { valueQuantity: { value: 7, system: 'http://clinic.example/units', code: 'drop' } },
  { valueQuantity: { value: 7 } },
  { valueQuantity: { ...quantity(5, 'mg'), comparator: '<' } },
  { valueQuantity: { ...quantity(50, 'mg'), comparator: '>=' } },
  { valueQuantity: quantity(-2.5, 'mmol/L') },
  { valueQuantity: quantity(37, 'Cel', '°C') },
  { valueCodeableConcept: { coding: [{ system: SNOMED, code: '260373001', display: 'Detected' }], text: 'found it' } },
  { valueString: 'Très élevé' },
  { valueString: 'very high $1,000 | x' },
  { valueDateTime: '2020-03' },
  { valuePeriod: { start: '2020-01-01', end: '2020-06-30' } },
  { valueInteger: 3 },
  {
    dataAbsentReason: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown' }],
    },
  },
];

const CODES: readonly object[] = [
  { coding: [{ system: LOINC, code: '15074-8', display: 'Glucose in blood' }], text: 'Blood glucose' },
  { coding: [{ system: LOINC, code: '8480-6', display: 'Systolic blood pressure' }] },
  {
    coding: [
      { system: LOINC, code: '29463-7' },
      { system: SNOMED, code: '27113001', display: 'Body weight' },
    ],
    text: 'Poids',
  },
  { coding: [{ code: '15074-8', display: 'local glucose' }] },
  { coding: [{ system: 'http://clinic.example/codes', code: '15074-8' }] },
  { text: 'only text here' },
  { coding: [{ system: 'http://clinic.example/codes', code: 'a|b,c$d' }] },
];

export function observations(
  random: Random,
  people: readonly Resource[],
  doctors: readonly Resource[],
  devices: readonly Resource[],
  encounters: readonly Resource[],
): Resource[] {
  return [
    ...times(96, (index): Resource => {
      const patient = random.pick(people);
      return {
        resourceType: 'Observation',
        id: `obs-${index}`,
        ...(index % 10 === 0 ? { meta: { tag: [{ code: 'vip' }] } } : {}),
        status: random.pick(['final', 'amended', 'preliminary', 'registered']),
        category: [
          {
            coding: [
              {
                system: 'http://terminology.hl7.org/CodeSystem/observation-category',
                code: random.pick(['laboratory', 'vital-signs']),
              },
            ],
          },
        ],
        code: random.pick(CODES),
        subject: subject(index, patient, devices),
        ...EFFECTIVE[index % EFFECTIVE.length],
        ...VALUES[index % VALUES.length],
        ...(random.chance(50) ? { performer: [reference(random.pick(doctors))] } : {}),
        ...(random.chance(30) ? { encounter: reference(random.pick(encounters)) } : {}),
        ...(index % 9 === 0 ? { identifier: [{ system: 'http://clinic.example/obs', value: `o-${index}` }] } : {}),
      };
    }),
    ...bloodPressures(random, people),
    containing(people),
  ];
}

function subject(index: number, patient: Resource, devices: readonly Resource[]): object {
  if (index % 12 === 5) return { reference: `${OWN_BASE}/Patient/${patient.id}` };
  if (index % 12 === 7) return { reference: 'http://elsewhere.example/fhir/Patient/pat-1' };
  if (index % 12 === 9) return reference(random4(devices, index));
  if (index % 12 === 11)
    return { identifier: { system: 'http://clinic.example/mrn', value: `M${index}` }, display: 'someone' };
  return reference(patient);
}

function random4(list: readonly Resource[], index: number): Resource {
  return list[index % list.length] ?? { resourceType: 'Device', id: 'dev-0' };
}

/** Composites must meet in one component: 8480-6 above 130 and 8462-4 above 130 are not the same thing. */
function bloodPressures(random: Random, people: readonly Resource[]): Resource[] {
  return times(16, (index) => {
    const systolic = 100 + random.number(8) * 10;
    const diastolic = 60 + random.number(8) * 10;
    return {
      resourceType: 'Observation',
      id: `bp-${index}`,
      status: 'final',
      code: { coding: [{ system: LOINC, code: '85354-9' }], text: 'Blood pressure' },
      subject: reference(random.pick(people)),
      effectiveDateTime: `2021-0${1 + (index % 9)}-15T08:00:00Z`,
      component: [
        { code: { coding: [{ system: LOINC, code: '8480-6' }] }, valueQuantity: quantity(systolic, 'mm[Hg]') },
        { code: { coding: [{ system: LOINC, code: '8462-4' }] }, valueQuantity: quantity(diastolic, 'mm[Hg]') },
        ...(index % 4 === 0
          ? [
              {
                code: { coding: [{ system: LOINC, code: '8357-6' }] },
                valueCodeableConcept: { coding: [{ system: SNOMED, code: 'cuff' }] },
              },
            ]
          : []),
      ],
    };
  });
}

/** What is inside a contained resource is no answer to a search on the container's type. */
function containing(people: readonly Resource[]): Resource {
  return {
    resourceType: 'Observation',
    id: 'obs-contained',
    contained: [{ resourceType: 'Patient', id: 'inner', active: true, name: [{ family: 'Innermost' }] }],
    status: 'final',
    code: { coding: [{ system: LOINC, code: '15074-8' }] },
    subject: { reference: '#inner' },
    focus: [reference(people[0] ?? { resourceType: 'Patient', id: 'pat-0' })],
    valueQuantity: { value: 90, unit: 'mg/dL', system: UCUM, code: 'mg/dL' },
  };
}
