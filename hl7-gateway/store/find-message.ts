import type { MessageState } from './message-state.ts';
import type { Queryable } from './open-store.ts';

/** A message and all that became of it. */
export interface MessageDetail {
  readonly seq: number;
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly partner: string;
  readonly localPort: number | null;
  readonly remoteAddress: string | null;
  readonly receivedAt: string;
  readonly bytes: Buffer;
  readonly sha256: Buffer;
  readonly charset: string;
  readonly charsetRule: string;
  readonly event: string;
  readonly controlId: string;
  readonly version: string;
  readonly parent: string | null;
  readonly state: MessageState;
  readonly delivery: string;
  readonly reason: string | null;
  readonly note: string | null;
  /** OperationOutcome; may quote the message. */
  readonly outcome: unknown;
  readonly task: string | null;
  readonly attempts: number;
  readonly nextAt: string;
  readonly endedAt: string | null;
  readonly reply: Buffer | null;
  readonly replyCode: string | null;
  readonly resources: readonly string[];
  readonly superseded: readonly string[];
  readonly unread: readonly string[];
}

export interface Attempt {
  readonly at: string;
  readonly kind: string;
  readonly reason: string | null;
  readonly note: string | null;
  /** Who, where it was a person. */
  readonly agent: string | null;
}

export async function findMessage(db: Queryable, id: string): Promise<MessageDetail | undefined> {
  const [row] = await db.query<MessageDetail>({
    name: 'find-message',
    text: `
select m.seq, m.id, m.direction, m.partner, m.local_port as "localPort", m.remote_address as "remoteAddress",
  m.received_at as "receivedAt", m.bytes, m.sha256, m.charset, m.charset_rule as "charsetRule", m.event, m.control_id as "controlId",
  m.version, m.parent, p.state, p.delivery, p.reason, p.note, p.outcome, p.task, p.attempts, p.next_at as "nextAt",
  p.ended_at as "endedAt", p.reply, p.reply_code as "replyCode", p.resources, p.superseded, p.unread
from message m join progress p on p.seq = m.seq where m.id = $1`,
    values: [id],
  });
  return row;
}

/** What was tried without success, and what people did; oldest first. */
export function attemptsOf(db: Queryable, seq: number): Promise<readonly Attempt[]> {
  return db.query<Attempt>({
    name: 'attempts-of',
    text: 'select at, kind, reason, note, agent from attempt where seq = $1 order by at limit 1000',
    values: [seq],
  });
}
