import { RE2JS } from 're2js';
import { fault } from '../../server/kernel/fault.ts';

const MAX_LENGTH = 1000;

/**
 * The test of a `regex` filter: the whole text must match. Linear in the length of the text, whatever the expression;
 * look-around and back references, which cannot be, are refused.
 * @throws Fault `terminology.filter` (422)
 */
export function filterRegex(source: string): (text: string) => boolean {
  if (source.length > MAX_LENGTH) throw notUsable(source.slice(0, 60), `longer than ${MAX_LENGTH} characters`);
  try {
    const pattern = RE2JS.compile(source, RE2JS.DOTALL);
    return (text) => pattern.matches(text);
  } catch (error) {
    throw notUsable(source, error instanceof Error ? error.message : 'malformed', error);
  }
}

function notUsable(source: string, reason: string, cause?: unknown) {
  return fault(
    'terminology.filter',
    422,
    'invalid',
    `The regex '${source}' cannot be used (${reason}); a regular expression without look-around and back references is accepted`,
    undefined,
    { cause },
  );
}
