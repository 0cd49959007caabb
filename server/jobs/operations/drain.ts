import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { single } from '../../fhir/query.ts';
import type { JobQueue } from '../job-queue.ts';
import { answerOf, DEFINITION, queueOf } from './own-job.ts';

export function drainOperation(jobs: JobQueue): Operation {
  return {
    code: 'job-drain',
    definition: `${DEFINITION}job-drain`,
    text: 'For administrators: cancels all jobs of the organisation that wait in a queue. Takes queue; answers how many they were.',
    levels: ['system'],
    affectsState: true,
    async run(_engine, ctx, { request }) {
      const queue = queueOf(single(primitiveInput(request, ['queue']), 'queue') ?? '');
      return answerOf([{ name: 'cancelled', valueInteger: await jobs.drain(queue, ctx.tenant) }]);
    },
  };
}
