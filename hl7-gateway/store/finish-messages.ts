import type { JsonObject } from '../../server/kernel/json.ts';
import type { InboundState } from './message-state.ts';
import type { Queryable } from './open-store.ts';
import { storableJson } from './storable.ts';

/** What became of a message that was worked on. */
export interface FinishedMessage {
  readonly seq: number;
  readonly state: InboundState;
  readonly reason?: string;
  /** For people; nothing of the message. */
  readonly note?: string;
  /** OperationOutcome of the server; may quote the message. */
  readonly outcome?: JsonObject;
  readonly task?: string;
  /** Milliseconds until it is tried again. */
  readonly pause?: number;
  readonly resources?: readonly string[];
  readonly superseded?: readonly string[];
  readonly unread?: readonly string[];
  /** Kept as the answer to its repetitions, where it was to be answered only now. */
  readonly reply?: Uint8Array;
  readonly replyCode?: string;
  /** To be sent as a message of its own (enhanced mode, MSH-16). */
  readonly applicationReply?: OutgoingReply;
  readonly codes?: readonly WaitedCode[];
}

export interface OutgoingReply {
  readonly id: string;
  readonly controlId: string;
  readonly event: string;
  readonly version: string;
  readonly charset: string;
  readonly bytes: Uint8Array;
  readonly sha256: Buffer;
}

/** A code for which the partner's ConceptMap has no answer. */
export interface WaitedCode {
  readonly source: string;
  readonly code: string;
  readonly target: string;
  readonly display?: string;
  readonly place: string;
  readonly isRequired: boolean;
}

/**
 * Notes results, all or none of them, and lets the next messages of their lanes go on.
 *
 * @returns those that were still this owner's to finish; others were taken over by somebody else, whose result counts
 */
export async function finishMessages(
  db: Queryable,
  owner: string,
  messages: readonly FinishedMessage[],
): Promise<ReadonlySet<number>> {
  const facts = messages.map(({ reply, applicationReply, ...message }) => ({
    ...message,
    ...(reply === undefined ? {} : { reply: hexOf(reply) }),
    ...(applicationReply === undefined
      ? {}
      : {
          outgoing: {
            ...applicationReply,
            bytes: hexOf(applicationReply.bytes),
            sha256: hexOf(applicationReply.sha256),
          },
        }),
  }));
  const rows = await db.query<{ readonly seq: number }>({
    name: 'finish-messages',
    text: FINISH,
    values: [storableJson(facts), owner],
  });
  return new Set(rows.map(({ seq }) => seq));
}

function hexOf(bytes: Uint8Array): string {
  return `\\x${Buffer.from(bytes).toString('hex')}`;
}

const FINISH = `
with result as (
  select * from jsonb_to_recordset($1::jsonb) as r (
    seq bigint, state text, reason text, note text, outcome jsonb, task text, pause bigint, resources text[], superseded text[], unread text[],
    reply bytea, "replyCode" text, outgoing jsonb, codes jsonb)
), ended as (
  update progress p set
    state = r.state, reason = r.reason, note = r.note, outcome = r.outcome,
    task = coalesce(r.task, p.task), is_task_open = r.task is not null or p.is_task_open,
    attempts = p.attempts + 1, taken = 0, leased_by = null, leased_until = null,
    next_at = now() + coalesce(r.pause, 0) * interval '1 ms',
    reply = coalesce(r.reply, p.reply), reply_code = coalesce(r."replyCode", p.reply_code),
    resources = coalesce(r.resources, p.resources), superseded = coalesce(r.superseded, p.superseded),
    unread = coalesce(r.unread, p.unread),
    ended_at = case when r.state in ('received', 'failed') then null else now() end
  from result r where p.seq = r.seq and p.leased_by = $2::uuid
  returning p.seq, p.state, p.reason, p.note
), passed as (
  delete from lane_entry e using ended where e.seq = ended.seq and ended.state not in ('received', 'failed')
), tried as (
  insert into attempt (seq, kind, reason, note)
  select seq, state, reason, note from ended where state not in ('applied', 'ignored')
), answer as (
  select r.seq, o.* from result r join ended e on e.seq = r.seq,
    jsonb_to_record(r.outgoing) as o (id uuid, "controlId" text, event text, version text, charset text, bytes bytea, sha256 bytea)
  where r.outgoing is not null
), sent as (
  insert into message (id, direction, partner, received_at, bytes, sha256, charset, charset_rule, event, control_id, version, refs,
    lanes, parent, is_taken)
  select a.id, 'out', m.partner, now(), a.bytes, a.sha256, a.charset, 'partner', a.event, a."controlId", a.version, m.refs, m.lanes, m.id,
    false
  from answer a join message m on m.seq = a.seq
  returning seq, id, lanes, partner
), queued as (
  insert into progress (seq, state, lane, delivery, destination) select seq, 'queued', lanes[1], id, partner from sent
), missing as (
  select distinct on (m.partner, c.source, c.code, c.target) m.partner, c.*
  from result r join ended e on e.seq = r.seq join message m on m.seq = r.seq,
    jsonb_to_recordset(r.codes) as c (source text, code text, target text, display text, place text)
  where r.codes is not null
  order by m.partner, c.source, c.code, c.target
), named as (
  insert into unmapped_code (partner, source, code, target, display, place)
  select partner, source, code, target, display, place from missing
  -- Asked once more when its answer is gone; not by a message that was read before the answer came.
  on conflict (partner, source, code, target) do update set
    task = case when unmapped_code.answered_at < now() - interval '1 minute' then null else unmapped_code.task end,
    answered_at = case when unmapped_code.answered_at < now() - interval '1 minute' then null else unmapped_code.answered_at end
  returning id, partner, source, code, target
), waits as (
  insert into waiting (code, seq, is_required)
  select n.id, r.seq, bool_or(c."isRequired")
  from result r join ended e on e.seq = r.seq join message m on m.seq = r.seq,
    jsonb_to_recordset(r.codes) as c (source text, code text, target text, "isRequired" boolean)
  join named n on n.source = c.source and n.code = c.code and n.target = c.target
  where r.codes is not null and n.partner = m.partner
  group by n.id, r.seq
  on conflict (code, seq) do update set is_required = excluded.is_required
)
select seq from ended`;
