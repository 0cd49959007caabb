import type { Random } from './random.ts';
import { quantity, reference, SNOMED, times, type Resource } from './resource.ts';

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';

export function conditions(
  random: Random,
  people: readonly Resource[],
  encounters: readonly Resource[],
  doctors: readonly Resource[],
): Resource[] {
  return times(28, (index) => ({
    resourceType: 'Condition',
    id: `con-${index}`,
    clinicalStatus: {
      coding: [
        {
          system: CLINICAL,
          code: random.pick(['active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved']),
        },
      ],
    },
    ...(index % 3 === 0
      ? { severity: { coding: [{ system: SNOMED, code: '24484000', display: 'Severe' }], text: 'Severe pain' } }
      : {}),
    code: {
      coding: [{ system: SNOMED, code: random.pick(['44054006', '38341003', '195967001']) }],
      text: random.pick(['Diabetes mellitus', 'Hypertension', 'Asthma']),
    },
    subject: reference(random.pick(people)),
    ...(random.chance(50) ? { encounter: reference(random.pick(encounters)) } : {}),
    ...(random.chance(50) ? { asserter: reference(random.pick(doctors)) } : {}),
    ...[
      { onsetDateTime: '2018-05' },
      { onsetAge: quantity(42, 'a') },
      { onsetPeriod: { start: '2017', end: '2018-02' } },
      { onsetString: 'as a child' },
    ][index % 4],
    ...(index % 2 === 0 ? { recordedDate: `2019-0${1 + (index % 9)}-01` } : {}),
  }));
}

export function procedures(random: Random, people: readonly Resource[], doctors: readonly Resource[]): Resource[] {
  return times(14, (index) => ({
    resourceType: 'Procedure',
    id: `pro-${index}`,
    status: index % 3 === 0 ? 'in-progress' : 'completed',
    code: { text: index % 2 === 0 ? 'Appendectomy' : 'Knee repair' },
    subject: reference(random.pick(people)),
    ...[
      { performedDateTime: '2022-06-01' },
      { performedPeriod: { start: '2022-05-31T22:00:00Z', end: '2022-06-01T02:00:00Z' } },
      { performedString: 'last summer' },
    ][index % 3],
    performer: [{ actor: reference(random.pick(doctors)) }],
    ...(index > 10 ? { partOf: [{ reference: `Procedure/pro-${index - 1}` }] } : {}),
  }));
}

export function medications(organizations: readonly Resource[]): Resource[] {
  return times(5, (index) => ({
    resourceType: 'Medication',
    id: `med-${index}`,
    status: index === 4 ? 'inactive' : 'active',
    code: {
      coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: `${860000 + index}` }],
      text: `Drug ${index}`,
    },
    manufacturer: reference(organizations[index] ?? { resourceType: 'Organization', id: 'org-0' }),
  }));
}

export function medicationRequests(
  random: Random,
  people: readonly Resource[],
  drugs: readonly Resource[],
  doctors: readonly Resource[],
): Resource[] {
  return times(20, (index) => ({
    resourceType: 'MedicationRequest',
    id: `mr-${index}`,
    status: random.pick(['active', 'completed', 'stopped']),
    intent: 'order',
    subject: reference(random.pick(people)),
    ...(index % 3 === 0
      ? {
          medicationCodeableConcept: {
            coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '860001' }],
            text: 'Metformin',
          },
        }
      : { medicationReference: reference(random.pick(drugs)) }),
    requester: reference(random.pick(doctors)),
    ...(index % 5 === 0 ? {} : { authoredOn: `2023-0${1 + (index % 9)}-0${1 + (index % 7)}` }),
    dosageInstruction: [{ timing: { event: [`2023-05-0${1 + (index % 9)}`, `2023-06-0${1 + (index % 9)}`] } }],
  }));
}

export function riskAssessments(random: Random, people: readonly Resource[]): Resource[] {
  const probabilities: readonly object[] = [
    { probabilityDecimal: 0.5 },
    { probabilityDecimal: 0.49 },
    { probabilityDecimal: 0.545 },
    { probabilityDecimal: 0.05 },
    { probabilityDecimal: 100 },
    { probabilityDecimal: 99.6 },
    { probabilityDecimal: 104 },
    { probabilityRange: { low: { value: 0.2 }, high: { value: 0.4 } } },
    { probabilityRange: { low: { value: 0.9 } } },
  ];
  return probabilities.map((probability, index) => ({
    resourceType: 'RiskAssessment',
    id: `risk-${index}`,
    status: 'final',
    subject: reference(random.pick(people)),
    occurrenceDateTime: `202${index % 4}-01-01`,
    prediction: [{ ...probability }, ...(index === 0 ? [{ probabilityDecimal: 0.75 }] : [])],
  }));
}

export function provenances(targets: readonly Resource[], doctors: readonly Resource[]): Resource[] {
  return times(8, (index) => ({
    resourceType: 'Provenance',
    id: `prov-${index}`,
    target: [
      reference(targets[index * 11 + 3] ?? { resourceType: 'Patient', id: 'pat-0' }),
      reference(targets[index * 19 + 2] ?? { resourceType: 'Patient', id: 'pat-0' }),
    ],
    recorded: `2022-01-0${index + 1}T00:00:00Z`,
    agent: [{ who: reference(doctors[index % doctors.length] ?? { resourceType: 'Practitioner', id: 'prac-0' }) }],
  }));
}
