import type { Operation } from '../../fhir/operations/operation.ts';
import { fault } from '../../kernel/fault.ts';
import type { JobQueue } from '../job-queue.ts';
import { DEFINITION, ownJob } from './own-job.ts';

export function cancelOperation(jobs: JobQueue): Operation {
  return {
    code: 'job-cancel',
    definition: `${DEFINITION}job-cancel`,
    text: 'For administrators: cancels a job that waits; one that runs is told, and ends as soon as it can. Takes id.',
    levels: ['system'],
    affectsState: true,
    async run(_engine, ctx, call) {
      const { id, state } = await ownJob(jobs, ctx, call);
      if (!(await jobs.cancel(id))) {
        throw fault(
          'job.over',
          409,
          'business-rule',
          `Only a job that waits or runs can be cancelled; this one is ${state}.`,
        );
      }
      return { status: 204, headers: {} };
    },
  };
}
