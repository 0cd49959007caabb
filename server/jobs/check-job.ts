import { stringifyJson } from '../kernel/json.ts';
import type { JsonObject } from '../kernel/json.ts';

const MAX_PAYLOAD = 65_536;

/** @throws Error for a name that not every transport takes */
export function checkQueue(queue: string): string {
  if (/^[a-z][a-z0-9-]{0,47}$/.test(queue)) return queue;
  throw new Error(
    `The name of a queue has 1 to 48 of a-z, 0-9 and "-", and begins with a letter: not "${queue.slice(0, 64)}".`,
  );
}

/** The payload as it is kept. @throws Error when it is longer than 64 KB */
export function payloadText(payload: JsonObject): string {
  const text = stringifyJson(payload);
  if (Buffer.byteLength(text) <= MAX_PAYLOAD) return text;
  throw new Error('The payload of a job has at most 64 KB; keep larger data in a table of their own.');
}

const LIMIT = 1000;

/** @throws Error for a priority that not every transport takes */
export function checkPriority(priority: number): number {
  if (Number.isInteger(priority) && Math.abs(priority) <= LIMIT) return priority;
  throw new Error(`The priority of a job is a whole number of -${LIMIT} to ${LIMIT}.`);
}
