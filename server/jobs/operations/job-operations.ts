import type { Operation } from '../../fhir/operations/operation.ts';
import type { JobQueue } from '../job-queue.ts';
import { cancelOperation } from './cancel.ts';
import { drainOperation } from './drain.ts';
import { listOperation } from './list.ts';
import { retryOperation } from './retry.ts';

/** What administrators do about the background jobs of their organisation. */
export function jobOperations(jobs: JobQueue): readonly Operation[] {
  return [listOperation(jobs), retryOperation(jobs), cancelOperation(jobs), drainOperation(jobs)];
}
