import { bundleText } from '../../fhir/bundle/bundle-response.ts';
import type { FhirResponse } from '../../fhir/request.ts';
import { fault } from '../../kernel/fault.ts';
import type { Job } from '../job-queue.ts';
import type { WorkState } from './async-table.ts';

/** How long what came of a work is kept, ms. */
export const KEEP = 24 * 3_600_000;
const PROGRESS_LENGTH = 100;

/** While it is not done; the longer it takes, the less often it is worth asking. */
export function goingOn(job: Job, now: number): FhirResponse {
  const age = now - job.created;
  return {
    status: 202,
    headers: { 'X-Progress': progressText(job), 'Retry-After': age < 10_000 ? '1' : age < 120_000 ? '5' : '15' },
  };
}

function progressText({ state, progress }: Job): string {
  if (progress === undefined) return state === 'active' ? 'running' : 'waiting';
  const { done, total, text } = progress;
  const shown = text ?? (total === undefined ? `${done} done` : `${done} of ${total}`);
  return shown
    .replace(/[^ -~]+/g, ' ')
    .slice(0, PROGRESS_LENGTH)
    .trim();
}

/** A request's answer as the single entry of a batch-response: https://hl7.org/fhir/async-bundle.html */
export function answerOfRequest({ id }: WorkState, entry: string): FhirResponse {
  return { status: 200, headers: {}, text: bundleText('batch-response', id, [entry]) };
}

/** Until when it can be had. */
export function withExpiry(answer: FhirResponse, finished: number): FhirResponse {
  return { ...answer, headers: { Expires: new Date(finished + KEEP).toUTCString(), ...answer.headers } };
}

export function unknownWork(): Error {
  const text =
    'There is no such work of yours: it was never started, was cancelled, or its results have expired after 24 hours.';
  return fault('async.unknown', 404, 'not-found', text);
}

/** @param job of a work that nobody works on any more without having finished it */
export function notDone({ state }: Job): Error {
  if (state === 'cancelled') {
    return fault(
      'async.cancelled',
      410,
      'deleted',
      'An administrator cancelled this work; start it again if it is still needed.',
    );
  }
  return fault(
    'async.failed',
    500,
    'exception',
    'The work failed again and again; start it again, and tell who runs the server.',
  );
}
