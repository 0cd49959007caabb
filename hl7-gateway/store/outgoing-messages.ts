import type { Lease } from './take-messages.ts';
import type { Queryable } from './open-store.ts';
import { storable, storableJson } from './storable.ts';

/** A message for a destination, as it will be sent however often it takes. */
export interface QueuedMessage {
  /** UUID, the same for the same change, event and destination: it is queued once. */
  readonly id: string;
  /** Logical id of the destination's Endpoint. */
  readonly destination: string;
  readonly bytes: Uint8Array;
  readonly sha256: Buffer;
  readonly charset: string;
  readonly event: string;
  /** MSH-10. */
  readonly controlId: string;
  readonly version: string;
  /** What it is found by; see `message.refs`. */
  readonly refs: readonly string[];
  /** `Type/id` of what it tells. */
  readonly resource: string;
  /** What a person should know of it: characters that the charset does not have. */
  readonly note?: string;
}

/** Of those that are queued already nothing happens. @returns how many are new */
export async function queueMessages(db: Queryable, messages: readonly QueuedMessage[]): Promise<number> {
  if (messages.length === 0) return 0;
  const facts = messages.map(({ bytes, sha256, ...plain }, ord) => ({
    ...plain,
    ord,
    bytes: `\\x${Buffer.from(bytes).toString('hex')}`,
    sha256: `\\x${sha256.toString('hex')}`,
  }));
  const rows = await db.query<{ readonly seq: number }>({
    name: 'queue-messages',
    text: QUEUE,
    values: [storableJson(facts)],
  });
  return rows.length;
}

const QUEUE = `
with fact as (
  select * from jsonb_to_recordset($1::jsonb) as f (ord integer, id uuid, destination text, bytes bytea, sha256 bytea, charset text,
    event text, "controlId" text, version text, refs text[], resource text, note text)
), stored as (
  insert into message (id, direction, partner, received_at, bytes, sha256, charset, charset_rule, event, control_id, version, refs,
    lanes, is_taken)
  select id, 'out', destination, now(), bytes, sha256, charset, 'partner', event, "controlId", version, refs, '{0}', false
  from fact order by ord
  on conflict (id) do nothing
  returning seq, id
)
insert into progress (seq, state, lane, delivery, destination, resources, note)
select s.seq, 'queued', 0, s.id, f.destination, array[f.resource], f.note from stored s join fact f on f.id = s.id
returning seq`;

/** A message that this process sends until its lease ends. */
export interface SentMessage {
  readonly seq: number;
  readonly id: string;
  readonly bytes: Buffer;
  readonly event: string;
  readonly controlId: string;
  /** Of attempts that ended with a reply, or with none. */
  readonly attempts: number;
}

/**
 * The oldest message of a destination that is not done. Undefined: there is none, another process sends it, or its pause is not
 * over; later ones wait, too.
 */
export async function takeOutgoing(db: Queryable, lease: Lease, destination: string): Promise<SentMessage | undefined> {
  const [row] = await db.query<SentMessage>({
    name: 'take-outgoing',
    text: `
with head as (
  select seq from progress where destination = $1 and state in ('queued', 'sending') order by seq limit 1
), taken as (
  update progress p set state = 'sending', leased_by = $2::uuid, leased_until = now() + $3::integer * interval '1 ms', taken = p.taken + 1
  from head where p.seq = head.seq and p.state in ('queued', 'sending') and p.next_at <= now()
    and (p.leased_until is null or p.leased_until < now() or p.leased_by = $2::uuid)
  returning p.seq, p.attempts
)
select m.seq, m.id, m.bytes, m.event, m.control_id as "controlId", taken.attempts
from taken join message m on m.seq = taken.seq`,
    values: [destination, lease.owner, lease.duration],
  });
  return row;
}

/** What became of an attempt. */
export interface SendResult {
  readonly seq: number;
  readonly state: 'acked' | 'rejected' | 'dead' | 'queued';
  /** For machines: `AE`, `timeout`, `connect`. */
  readonly reason?: string;
  /** For people; nothing of the message. */
  readonly note?: string;
  readonly reply?: Uint8Array;
  readonly replyCode?: string;
  /** Milliseconds until it is sent again. */
  readonly pause?: number;
  /** Whether it counts: a message that never left was not tried. */
  readonly isAttempt: boolean;
}

/** @returns whether it was still this owner's to tell */
export async function finishOutgoing(db: Queryable, owner: string, result: SendResult): Promise<boolean> {
  const { seq, state, reason = null, note = null, reply, replyCode = null, pause = 0, isAttempt } = result;
  const rows = await db.query({
    name: 'finish-outgoing',
    text: `
with ended as (
  update progress set state = $3, reason = $4, note = coalesce($5, note), reply = coalesce($6, reply), reply_code = coalesce($7, reply_code),
    next_at = now() + $8::integer * interval '1 ms', attempts = attempts + $9::integer, taken = 0, leased_by = null, leased_until = null,
    ended_at = case when $3 = 'queued' then null else now() end
  where seq = $1 and leased_by = $2::uuid returning seq, state
), tried as (
  insert into attempt (seq, kind, reason, note) select seq, $3, $4, $5 from ended where state <> 'acked' and $9::integer = 1
)
select seq from ended`,
    values: [
      seq,
      owner,
      state,
      reason,
      note === null ? null : storable(note),
      reply === undefined ? null : Buffer.from(reply),
      replyCode,
      Math.round(pause),
      isAttempt ? 1 : 0,
    ],
  });
  return rows.length > 0;
}
