import type { BenchRequest, Target } from '../bench-request.ts';
import type { DataSet, StoredPatient } from '../data-set.ts';

/** One workload. */
export interface BenchCase {
  readonly name: string;
  /** Throws when the server's answer is wrong, before anything is timed; gives the requests. */
  prepare(target: Target, data: DataSet): Promise<readonly BenchRequest[]>;
}

/** How many different requests a case cycles through. */
const VARIETY = 500;

/** Patients from all over the data set. */
export function sample(data: DataSet): readonly StoredPatient[] {
  const step = Math.max(1, Math.floor(data.patients.length / VARIETY));
  return data.patients.filter((_, index) => index % step === 0).slice(0, VARIETY);
}
