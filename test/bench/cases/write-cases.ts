import { COUNTER, type BenchRequest, type Target } from '../bench-request.ts';
import { expectEqual, type SearchBundle } from '../check.ts';
import { observationResource, patientResource, patientTransaction } from '../data-set.ts';
import { fhirFetch } from '../fhir-fetch.ts';
import { sample, type BenchCase } from './bench-case.ts';

const TRANSACTION_SIZE = 50;

export const WRITE_CASES: readonly BenchCase[] = [
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
