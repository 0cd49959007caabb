import { momentOf } from './datatypes/date-time.ts';
import type { MappingDraft } from './mapping-draft.ts';

const KNOWN = new WeakMap<MappingDraft, string>();

/**
 * When it happened at the sender, as an instant in UTC: EVN-6 (occurred), else EVN-2 (recorded), else MSH-7, else when it was received.
 * What claims to happen later than it was received counts from then: a wrong clock must not make later news look old.
 */
export function eventTimeOf(draft: MappingDraft): string {
  const known = KNOWN.get(draft);
  if (known !== undefined) return known;
  const time = eventTime(draft);
  KNOWN.set(draft, time);
  return time;
}

function eventTime(draft: MappingDraft): string {
  const { receivedAt, timeZone } = draft.context;
  const received = new Date(receivedAt).toISOString();
  const event = draft.first('EVN');
  for (const text of [event?.text(6), event?.text(2), draft.message.header.get(7, 1, 1)]) {
    const moment = text === undefined ? undefined : momentOf(text.trim(), timeZone);
    if (moment !== undefined) return moment > received ? received : moment;
  }
  return received;
}
