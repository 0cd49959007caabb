import { momentOf } from '../datatypes/date-time.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';

/**
 * When it happened at the sender: the first of the timestamps that is one, else the time of the message; never later than the message
 * was received.
 */
export function momentOfFirst(draft: MappingDraft, timestamps: readonly (Value | undefined)[]): string {
  const { receivedAt, timeZone } = draft.context;
  const moments = timestamps.map((value) => value && momentOf(value.peek(), timeZone));
  // All of them say when it happened: none of them is lost.
  for (const [index, value] of timestamps.entries()) if (moments[index] !== undefined) value?.text();
  const moment = moments.find((each) => each !== undefined);
  if (moment === undefined) return eventTimeOf(draft);
  const received = new Date(receivedAt).toISOString();
  return moment > received ? received : moment;
}
