import { expectEqual, type SearchBundle } from '../check.ts';
import {
  codeOf,
  familyOf,
  IDENTIFIER_SYSTEM,
  identifierOf,
  LOINC,
  newestFirst,
  OBSERVATIONS_PER_PATIENT,
  timeOf,
  type DataSet,
  type StoredPatient,
} from '../data-set.ts';
import type { BenchCase } from './bench-case.ts';
import { checked, requests, search } from './checked-reads.ts';
import { DEEP_PAGE_CASE } from './deep-page.ts';

const PAGE = 20;

export const READ_CASES: readonly BenchCase[] = [
  {
    name: 'read',
    prepare: (target, data) =>
      checked(
        target,
        requests(data, ({ id }) => `Patient/${id}`),
        (answer, patient) => expectEqual('id', (answer as { id?: string }).id, patient.id),
      ),
  },
  search('patient+code', (patient) => ({
    path: `Observation?patient=${patient.id}&code=${LOINC}|${codeOf(3)}`,
    expected: [`Observation/${patient.observations[3]}`],
  })),
  search('name', (patient, data) => ({
    path: `Patient?name=${familyOf(patient.number)}&_count=${PAGE}`,
    expected: sameFamily(patient, data)
      .slice(0, PAGE)
      .map(({ id }) => `Patient/${id}`),
    isOrdered: false,
  })),
  search('identifier', (patient) => ({
    path: `Patient?identifier=${IDENTIFIER_SYSTEM}|${identifierOf(patient.number)}`,
    expected: [`Patient/${patient.id}`],
  })),
  search('date range, sorted', (patient) => ({
    path: `Observation?patient=${patient.id}&date=ge2000-01-01&date=lt${isoDay(timeOf(patient.number, 18))}&_sort=-date&_count=${PAGE}`,
    expected: patient.observations
      .filter((_, observation) => isoDay(timeOf(patient.number, observation)) < isoDay(timeOf(patient.number, 18)))
      .reverse()
      .map((id) => `Observation/${id}`),
  })),
  search('code only, sorted', (patient, data) => {
    const observation = patient.number % OBSERVATIONS_PER_PATIENT;
    return {
      path: `Observation?code=${LOINC}|${codeOf(observation)}&_sort=-date&_count=${PAGE}`,
      expected: newestFirst(data, observation).slice(0, PAGE),
    };
  }),
  search('chained', (patient, data) => ({
    path: `Observation?subject:Patient.name=${familyOf(patient.number)}&code=${LOINC}|${codeOf(5)}&_count=${PAGE}`,
    expected: sameFamily(patient, data)
      .slice(0, PAGE)
      .map(({ observations }) => `Observation/${observations[5]}`),
    isOrdered: false,
  })),
  search('_has', (patient, data) => ({
    path: `Patient?name=${familyOf(patient.number)}&_has:Observation:patient:code=${LOINC}|${codeOf(7)}&_count=${PAGE}`,
    expected: sameFamily(patient, data)
      .slice(0, PAGE)
      .map(({ id }) => `Patient/${id}`),
    isOrdered: false,
  })),
  search('_include', (patient) => ({
    path: `Observation?patient=${patient.id}&code=${LOINC}|${codeOf(9)}&_include=Observation:patient`,
    expected: [`Observation/${patient.observations[9]}`, `Patient/${patient.id}`],
  })),
  {
    name: '_total=accurate',
    prepare: (target, data) =>
      checked(
        target,
        requests(
          data,
          ({ number }) =>
            `Observation?code=${LOINC}|${codeOf(number % OBSERVATIONS_PER_PATIENT)}&_total=accurate&_count=1`,
        ),
        (answer) => expectEqual('total', (answer as SearchBundle).total, data.patients.length),
      ),
  },
  DEEP_PAGE_CASE,
  search('$everything', (patient) => ({
    path: `Patient/${patient.id}/$everything?_count=100`,
    expected: [`Patient/${patient.id}`, ...patient.observations.map((id) => `Observation/${id}`)],
    isOrdered: false,
  })),
];

function sameFamily({ number }: StoredPatient, { patients }: DataSet): StoredPatient[] {
  return patients.filter((other) => familyOf(other.number) === familyOf(number));
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
