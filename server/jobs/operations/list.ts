import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { single } from '../../fhir/query.ts';
import { fault } from '../../kernel/fault.ts';
import type { JobQueue, JobState } from '../job-queue.ts';
import { answerOf, DEFINITION, jobParameter, queueOf } from './own-job.ts';

const STATES: readonly JobState[] = ['waiting', 'active', 'completed', 'dead', 'cancelled'];
const MOST = 1000;

export function listOperation(jobs: JobQueue): Operation {
  return {
    code: 'jobs',
    definition: `${DEFINITION}jobs`,
    text:
      'For administrators: background jobs of the organisation, the newest first. Takes queue, state ' +
      `(${STATES.join(', ')}; dead: all attempts failed) and _count (up to ${MOST}, default 100).`,
    levels: ['system'],
    affectsState: false,
    async run(_engine, ctx, { request }) {
      const input = primitiveInput(request, ['queue', 'state', '_count']);
      const queue = single(input, 'queue');
      const state = single(input, 'state');
      const count = single(input, '_count') ?? '100';
      const known = STATES.find((one) => one === state);
      if (state !== undefined && known === undefined) {
        throw fault('job.badState', 400, 'value', `state is one of ${STATES.join(', ')}.`, 'http.state');
      }
      if (!/^[1-9][0-9]{0,3}$/.test(count) || Number(count) > MOST) {
        throw fault('job.badCount', 400, 'value', `_count is a whole number of 1 to ${MOST}.`, 'http._count');
      }
      const found = await jobs.list({
        tenant: ctx.tenant,
        limit: Number(count),
        ...(queue === undefined ? {} : { queue: queueOf(queue) }),
        ...(known === undefined ? {} : { state: known }),
      });
      return answerOf(found.map(jobParameter));
    },
  };
}
