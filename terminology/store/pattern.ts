import { fault } from '../../server/kernel/fault.ts';

const MAX_LENGTH = 300;

/**
 * A regular expression of a value set's filter as PostgreSQL takes it, over the whole value. PostgreSQL matches in time
 * proportional to the text except for back-references, which are refused; it refuses itself what would need a large
 * automaton.
 * @throws Fault `terminology.filter` 422
 */
export function patternOf(value: string): string {
  const refuse = (why: string): Error =>
    fault('terminology.filter', 422, 'not-supported', `The regular expression "${value.slice(0, 80)}" ${why}.`);
  if (value.length > MAX_LENGTH) throw refuse(`is longer than ${MAX_LENGTH} characters`);
  if (/\\[1-9]/.test(value)) throw refuse('has a back-reference, which is not supported');
  try {
    new RegExp(value, 'u');
  } catch (cause) {
    throw refuse(`is not well formed: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  return `^(?:${value})$`;
}
