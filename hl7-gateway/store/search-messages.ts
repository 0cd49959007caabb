import type { MessageState } from './message-state.ts';
import type { Queryable } from './open-store.ts';

/** All that is given must hold. */
export interface MessageFilter {
  readonly direction?: 'in' | 'out';
  readonly partner?: string;
  /** `ORU^R01`. */
  readonly event?: string;
  readonly states?: readonly MessageState[];
  /** MSH-10. */
  readonly controlId?: string;
  /** Value of a patient's identifier. */
  readonly patient?: string;
  /** Placer, filler or accession number. */
  readonly order?: string;
  readonly visit?: string;
  /** ISO instants: received at or after, and before. */
  readonly since?: string;
  readonly until?: string;
  /** Messages of a batch, or what came of a message. */
  readonly parent?: string;
  /** Of the page before: its last message. */
  readonly before?: number;
  /** At most 500; 50 by default. */
  readonly limit?: number;
}

/** What a list shows; nothing of the content. */
export interface FoundMessage {
  readonly seq: number;
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly partner: string;
  readonly receivedAt: string;
  readonly event: string;
  readonly controlId: string;
  readonly state: MessageState;
  readonly reason: string | null;
  readonly note: string | null;
  readonly task: string | null;
  readonly attempts: number;
  readonly size: number;
  readonly resources: readonly string[];
}

const MOST = 500;
const USUAL = 50;

/** The newest first; the next page begins before the last one's `seq`. */
export function searchMessages(db: Queryable, filter: MessageFilter): Promise<readonly FoundMessage[]> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (condition: (place: string) => string, value: unknown): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  const { patient, order, visit } = filter;
  const refs = [
    ...(patient === undefined ? [] : [`p:${patient}`]),
    ...(order === undefined ? [] : [`o:${order}`]),
    ...(visit === undefined ? [] : [`v:${visit}`]),
  ];
  where((place) => `m.direction = ${place}`, filter.direction);
  // With the condition of its index; messages of nobody that is known are found without it.
  const isKnown = filter.partner === '' ? '' : ` and m.partner <> ''`;
  where((place) => `m.partner = ${place}${isKnown}`, filter.partner);
  where((place) => `m.event = ${place}`, filter.event);
  where((place) => `p.state = any(${place}::text[])`, filter.states);
  where((place) => `m.control_id = ${place}`, filter.controlId);
  where((place) => `m.refs @> ${place}::text[]`, refs.length === 0 ? undefined : refs);
  where((place) => `m.received_at >= ${place}::timestamptz`, filter.since);
  where((place) => `m.received_at < ${place}::timestamptz`, filter.until);
  where((place) => `m.parent = ${place}::uuid`, filter.parent);
  where((place) => `m.seq < ${place}::bigint`, filter.before);
  values.push(Math.max(1, Math.min(filter.limit ?? USUAL, MOST)));
  return db.query<FoundMessage>({
    text: `
select m.seq, m.id, m.direction, m.partner, m.received_at as "receivedAt", m.event, m.control_id as "controlId", p.state, p.reason,
  p.note, p.task, p.attempts, octet_length(m.bytes) as size, p.resources
from message m join progress p on p.seq = m.seq
${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}
order by m.seq desc limit $${values.length}`,
    values,
  });
}
