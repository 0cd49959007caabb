import type { Target } from './bench-request.ts';
import {
  observationResource,
  OBSERVATIONS_PER_PATIENT,
  patientResource,
  type DataSet,
  type StoredPatient,
} from './data-set.ts';
import { fhirFetch } from './fhir-fetch.ts';

const LANES = 4;
const PATIENTS_PER_TRANSACTION = 50;

interface TransactionResponse {
  readonly entry?: readonly { readonly response?: { readonly location?: string } }[];
}

/** Loads patients, then their observations, through transactions. @throws Error when one of them fails */
export async function loadDataSet(target: Target, count: number, onPatients: () => Promise<void>): Promise<DataSet> {
  const ids: string[] = [];
  await inLanes(Math.ceil(count / PATIENTS_PER_TRANSACTION), async (group) => {
    const first = group * PATIENTS_PER_TRANSACTION;
    const numbers = Array.from(
      { length: Math.min(PATIENTS_PER_TRANSACTION, count - first) },
      (_, index) => first + index,
    );
    const created = await createAll(target, numbers.map(patientResource));
    for (const [index, number] of numbers.entries()) ids[number] = created[index] ?? '';
  });
  await onPatients();
  const patients: StoredPatient[] = [];
  await inLanes(count, async (number) => {
    const id = ids[number] ?? '';
    const resources = Array.from({ length: OBSERVATIONS_PER_PATIENT }, (_, observation) =>
      observationResource(number, observation, `Patient/${id}`),
    );
    patients[number] = { number, id, observations: await createAll(target, resources) };
  });
  return { patients };
}

async function inLanes(count: number, work: (item: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

async function createAll(target: Target, resources: readonly Record<string, unknown>[]): Promise<string[]> {
  const entry = resources.map((resource) => ({ resource, request: { method: 'POST', url: resource.resourceType } }));
  const answer = await fhirFetch(target, 'POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  return ((answer as TransactionResponse).entry ?? []).map(({ response }) => idOf(response?.location));
}

/** `[base/]Type/id[/_history/1]` */
function idOf(location: string | undefined): string {
  const id = /\/([A-Za-z0-9.-]{1,64})(\/_history\/[^/]+)?$/.exec(location ?? '')?.[1];
  if (id === undefined) throw new Error(`The transaction's answer has no location for an entry: ${location ?? ''}`);
  return id;
}
