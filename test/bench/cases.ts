import { COUNTER, type BenchRequest, type Target } from './bench-request.ts';
import { expectEqual, idsOf, type SearchBundle } from './check.ts';
import {
  codeOf,
  familyOf,
  IDENTIFIER_SYSTEM,
  identifierOf,
  LOINC,
  observationResource,
  OBSERVATIONS_PER_PATIENT,
  patientResource,
  patientTransaction,
  timeOf,
  type DataSet,
  type StoredPatient,
} from './data-set.ts';
import { fhirFetch } from './fhir-fetch.ts';

/** One workload. */
export interface BenchCase {
  readonly name: string;
  /** Throws when the server's answer is wrong, before anything is timed; gives the requests. */
  prepare(target: Target, data: DataSet): Promise<readonly BenchRequest[]>;
}

/** How many different requests a case cycles through. */
const VARIETY = 500;
const PAGE = 20;
const DEEP_PAGE = 50;
const TRANSACTION_SIZE = 50;

/** Searches first: the writes behind them would change what they find. */
export const CASES: readonly BenchCase[] = [
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
      expected: newest(data, observation).slice(0, PAGE),
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
  { name: `page ${DEEP_PAGE}`, prepare: deepPage },
  search('$everything', (patient) => ({
    path: `Patient/${patient.id}/$everything?_count=100`,
    expected: [`Patient/${patient.id}`, ...patient.observations.map((id) => `Observation/${id}`)],
    isOrdered: false,
  })),
  {
    name: 'update',
    prepare: async (target, data) => {
      const list = sample(data).map(({ id, number }): BenchRequest => {
        const resource = { id, ...patientResource(number), multipleBirthInteger: 0 };
        return { method: 'PUT', path: `Patient/${id}`, body: JSON.stringify(resource).replace(':0}', `:${COUNTER}}`) };
      });
      await writeOnce(target, list, (answer) =>
        expectEqual('multipleBirthInteger', (answer as { multipleBirthInteger?: number }).multipleBirthInteger, 1),
      );
      return list;
    },
  },
  {
    name: 'create Patient',
    prepare: (target, data) =>
      creates(
        target,
        sample(data).map(({ number }) => ({ ...patientResource(number + 1_000_000), language: 'en' })),
      ),
  },
  {
    name: 'create Observation',
    prepare: (target, data) =>
      creates(
        target,
        sample(data).map(({ id, number }) => observationResource(number, 30, `Patient/${id}`)),
      ),
  },
  {
    name: `transaction of ${TRANSACTION_SIZE}`,
    prepare: async (target, data) => {
      const list = sample(data).map(({ number }): BenchRequest => ({
        method: 'POST',
        path: '',
        body: JSON.stringify(patientTransaction(number + 2_000_000, TRANSACTION_SIZE - 1)),
      }));
      await writeOnce(target, list, (answer) =>
        expectEqual('entries', (answer as SearchBundle).entry?.length, TRANSACTION_SIZE),
      );
      return list;
    },
  },
];

function sample(data: DataSet): readonly StoredPatient[] {
  const step = Math.max(1, Math.floor(data.patients.length / VARIETY));
  return data.patients.filter((_, index) => index % step === 0).slice(0, VARIETY);
}

interface Asked {
  readonly patient: StoredPatient;
  readonly request: BenchRequest;
}

function requests(data: DataSet, path: (patient: StoredPatient) => string): Asked[] {
  return sample(data).map((patient) => ({ patient, request: { method: 'GET', path: encodeURI(path(patient)) } }));
}

/** Compares the first, the middle and the last answer with what is expected. */
async function checked(
  target: Target,
  asked: readonly Asked[],
  check: (answer: unknown, patient: StoredPatient) => void,
): Promise<readonly BenchRequest[]> {
  for (const one of [asked[0], asked[asked.length >> 1], asked.at(-1)]) {
    if (one !== undefined) check(await fhirFetch(target, 'GET', one.request.path), one.patient);
  }
  return asked.map(({ request }) => request);
}

interface Expectation {
  readonly path: string;
  /** `Type/id` of all entries. */
  readonly expected: readonly string[];
  readonly isOrdered?: boolean;
}

function search(name: string, ask: (patient: StoredPatient, data: DataSet) => Expectation): BenchCase {
  return {
    name,
    prepare: (target, data) =>
      checked(
        target,
        requests(data, (patient) => ask(patient, data).path),
        (answer, patient) => {
          const { path, expected, isOrdered = true } = ask(patient, data);
          const found = idsOf(answer as SearchBundle);
          if (isOrdered) expectEqual(path, found.join(' '), expected.join(' '));
          else expectEqual(path, found.sort().join(' '), [...expected].sort().join(' '));
        },
      ),
  };
}

function sameFamily({ number }: StoredPatient, { patients }: DataSet): StoredPatient[] {
  return patients.filter((other) => familyOf(other.number) === familyOf(number));
}

function newest({ patients }: DataSet, observation: number): string[] {
  return [...patients].reverse().map(({ observations }) => `Observation/${observations[observation]}`);
}

async function deepPage(target: Target, data: DataSet): Promise<readonly BenchRequest[]> {
  let bundle = (await fhirFetch(
    target,
    'GET',
    `Observation?code=${encodeURIComponent(`${LOINC}|${codeOf(2)}`)}&_sort=-date&_count=${PAGE}`,
  )) as SearchBundle;
  let url = '';
  for (let page = 2; page <= DEEP_PAGE; page += 1) {
    const next = bundle.link?.find(({ relation }) => relation === 'next')?.url;
    if (next === undefined) throw new Error(`There is no page ${page}; load more patients (--patients 1000 or more).`);
    url = next;
    bundle = (await fhirFetch(target, 'GET', url)) as SearchBundle;
  }
  const expected = newest(data, 2).slice((DEEP_PAGE - 1) * PAGE, DEEP_PAGE * PAGE);
  expectEqual(`page ${DEEP_PAGE}`, idsOf(bundle).join(' '), expected.join(' '));
  return [{ method: 'GET', path: relativeTo(target.base, url) }];
}

/** Servers that page from another path than the FHIR base are asked there. */
function relativeTo(base: string, url: string): string {
  const { pathname, search: query } = new URL(url, `${base}/`);
  const prefix = new URL(base).pathname;
  return pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length + 1) + query : query;
}

async function creates(
  target: Target,
  resources: readonly Record<string, unknown>[],
): Promise<readonly BenchRequest[]> {
  const list = resources.map((resource): BenchRequest => ({
    method: 'POST',
    path: String(resource.resourceType),
    body: JSON.stringify(resource),
  }));
  await writeOnce(target, list, (answer) => {
    if (typeof (answer as { id?: unknown }).id !== 'string') throw new Error('The created resource has no id.');
  });
  return list;
}

async function writeOnce(
  target: Target,
  list: readonly BenchRequest[],
  check: (answer: unknown) => void,
): Promise<void> {
  const [first] = list;
  if (first === undefined) throw new Error('The data set is empty.');
  check(await fhirFetch(target, first.method, first.path, JSON.parse(first.body?.replaceAll(COUNTER, '1') ?? 'null')));
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
