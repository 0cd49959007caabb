import type { Operation } from '../../fhir/operations/operation.ts';
import { fault } from '../../kernel/fault.ts';
import type { JobQueue } from '../job-queue.ts';
import { answerOf, DEFINITION, jobParameter, ownJob } from './own-job.ts';

export function retryOperation(jobs: JobQueue): Operation {
  return {
    code: 'job-retry',
    definition: `${DEFINITION}job-retry`,
    text: 'For administrators: gives a dead or cancelled job all its attempts again. Takes id.',
    levels: ['system'],
    affectsState: true,
    async run(_engine, ctx, call) {
      const job = await ownJob(jobs, ctx, call);
      if (!(await jobs.retry(job.id))) {
        const text = `Only a job that is dead or cancelled can be retried, and none while another one does its work; this one is ${job.state}.`;
        throw fault('job.notOver', 409, 'business-rule', text);
      }
      return answerOf([jobParameter({ ...job, state: 'waiting', attempt: 0, error: undefined, finished: undefined })]);
    },
  };
}
