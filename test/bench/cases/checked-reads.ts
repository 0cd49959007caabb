import type { BenchRequest, Target } from '../bench-request.ts';
import { expectEqual, idsOf, type SearchBundle } from '../check.ts';
import type { DataSet, StoredPatient } from '../data-set.ts';
import { fhirFetch } from '../fhir-fetch.ts';
import { sample, type BenchCase } from './bench-case.ts';

export interface Asked {
  readonly patient: StoredPatient;
  readonly request: BenchRequest;
}

export function requests(data: DataSet, path: (patient: StoredPatient) => string): Asked[] {
  return sample(data).map((patient) => ({ patient, request: { method: 'GET', path: encodeURI(path(patient)) } }));
}

/** Compares the first, the middle and the last answer with what is expected. */
export async function checked(
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

/** A search whose entries are known. */
export function search(name: string, ask: (patient: StoredPatient, data: DataSet) => Expectation): BenchCase {
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
