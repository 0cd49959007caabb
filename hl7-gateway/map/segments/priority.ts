import { extendedPriorityCodes } from '../codes/order-codes.ts';
import { code } from '../datatypes/concept.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';

/** What senders write in words. */
const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    ROUTINE: 'routine',
    STAT: 'stat',
    ASAP: 'asap',
    URGENT: 'urgent',
    U: 'urgent',
  }),
);

/** Tables 0485 and 0027, OBR-5, TQ1-9, TQ.6, as request-priority; what has nothing there is asked for. */
export function priorityOf(value: Value, draft: MappingDraft): string | undefined {
  const word = WORDS.get(value.peek().toUpperCase());
  if (word === undefined) return code(value, draft, extendedPriorityCodes);
  for (const part of [1, 2, 3]) value.text(part);
  return word;
}
