import type { Ctx } from '../../fhir/engine.ts';
import { primitiveInput } from '../../fhir/operations/input.ts';
import type { OperationCall } from '../../fhir/operations/operation.ts';
import { single } from '../../fhir/query.ts';
import type { FhirResponse } from '../../fhir/request.ts';
import { fault } from '../../kernel/fault.ts';
import { checkQueue } from '../check-job.ts';
import type { Job, JobQueue } from '../job-queue.ts';

export const DEFINITION = 'https://athanor.health/fhir/OperationDefinition/';

/** The job that the parameter `id` names, of the caller's organisation. @throws Fault 400, 404 */
export async function ownJob(jobs: JobQueue, ctx: Ctx, { request }: OperationCall): Promise<Job> {
  const id = single(primitiveInput(request, ['id']), 'id') ?? '';
  const job = /^[0-9a-f-]{36}$/.test(id) ? await jobs.get(id) : undefined;
  if (job?.tenant === ctx.tenant) return job;
  throw fault(
    'job.unknown',
    404,
    'not-found',
    'There is no job with this id; $jobs lists them.',
    'Parameters.parameter',
  );
}

/** @throws Fault 400 for a text that names no queue */
export function queueOf(text: string): string {
  try {
    return checkQueue(text);
  } catch {
    const message = 'queue is the name of a queue, such as async-request; $jobs shows them.';
    throw fault('job.badQueue', 400, 'value', message, 'Parameters.parameter');
  }
}

export function answerOf(parameter: readonly object[]): FhirResponse {
  return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
}

/** Without what it works on, which may be about patients. */
export function jobParameter({ id, queue, state, attempt, error, progress, created, started, finished }: Job): object {
  const time = (name: string, at: number | undefined): object[] =>
    at === undefined ? [] : [{ name, valueInstant: new Date(at).toISOString() }];
  return {
    name: 'job',
    part: [
      { name: 'id', valueId: id },
      { name: 'queue', valueCode: queue },
      { name: 'state', valueCode: state },
      { name: 'attempt', valueInteger: attempt },
      ...time('created', created),
      ...time('started', started),
      ...time('finished', finished),
      ...(error === undefined ? [] : [{ name: 'error', valueString: error }]),
      ...(progress === undefined ? [] : [{ name: 'done', valueDecimal: progress.done }]),
      ...(progress?.total === undefined ? [] : [{ name: 'total', valueDecimal: progress.total }]),
      ...(progress?.text === undefined ? [] : [{ name: 'progress', valueString: progress.text }]),
    ],
  };
}
