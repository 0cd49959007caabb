import type { Value } from '../reading/value.ts';

/** ID of table 0136: `Y` and `N`; also what senders write for them. Others stay unread. */
export function yesNo(value: Value): boolean | undefined {
  const text = value.peek().toUpperCase();
  const isKnown = YES.has(text) || NO.has(text);
  if (!isKnown) return undefined;
  value.text();
  return YES.has(text);
}

const YES = new Set(['Y', 'YES', 'T', 'TRUE', '1']);
const NO = new Set(['N', 'NO', 'F', 'FALSE', '0']);
