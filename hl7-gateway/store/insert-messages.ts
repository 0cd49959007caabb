import type { InboundState } from './message-state.ts';
import type { Queryable } from './open-store.ts';

/** A message as it arrived. Its texts are such as `storable` makes them. */
export interface ArrivedMessage {
  readonly id: string;
  /** Empty: nobody that is known. */
  readonly partner: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly certificate?: string;
  /** An ISO instant. */
  readonly receivedAt: string;
  readonly bytes: Uint8Array;
  readonly sha256: Buffer;
  readonly charset: string;
  readonly charsetRule: string;
  readonly event: string;
  readonly controlId: string;
  readonly version: string;
  readonly refs: readonly string[];
  readonly lanes: readonly bigint[];
  readonly parent?: string;
  /** What happens to it when it is not here yet. */
  readonly state: InboundState;
  readonly reason?: string;
  readonly note?: string;
  /** Kept as the answer to its repetitions. Absent: made when it has been worked on, or the sender asked for none. */
  readonly reply?: Uint8Array;
  readonly replyCode?: string;
  /** Instead of all that it is rejected when another message had its control id. */
  readonly refusesReuse: boolean;
  readonly refusal?: Uint8Array;
  readonly refusalCode?: string;
}

export interface Stored {
  readonly seq: number;
  readonly id: string;
  /** Whether it was here before: its sender repeats it. */
  readonly isRepetition: boolean;
  /** Whether another message had its control id. */
  readonly isReused: boolean;
  /** Whether it was rejected for that. */
  readonly isRefused: boolean;
}

/**
 * Stores messages in their order, all or none of them, in one statement and so with one flush to disk. Those with a control id and partner that
 * are here with the same bytes are not stored again.
 *
 * @param messages no two with the same partner and control id
 * @returns in their order; undefined for one that somebody else stores at this moment: ask again
 */
export async function insertMessages(
  db: Queryable,
  messages: readonly ArrivedMessage[],
): Promise<readonly (Stored | undefined)[]> {
  const parts: Uint8Array[] = [];
  let end = 0;
  const place = (bytes: Uint8Array | undefined): readonly [number, number] | undefined => {
    if (bytes === undefined) return undefined;
    parts.push(bytes);
    end += bytes.length;
    return [end - bytes.length + 1, bytes.length];
  };
  const facts = messages.map((message, ord) => {
    const { bytes, sha256, lanes, reply, refusal, ...plain } = message;
    const [at, size] = place(bytes) ?? [];
    const [replyAt, replySize] = place(reply) ?? [];
    const [refusalAt, refusalSize] = place(refusal) ?? [];
    return {
      ...plain,
      ord,
      ...{ at, size, replyAt, replySize, refusalAt, refusalSize },
      sha256: `\\x${sha256.toString('hex')}`,
      // Beyond what JSON numbers hold.
      lanes: lanes.map(String),
    };
  });
  const rows = await db.query<Stored & { readonly ord: number }>({
    name: 'insert-messages',
    text: INSERT,
    values: [JSON.stringify(facts), Buffer.concat(parts, end)],
  });
  const stored = new Array<Stored | undefined>(messages.length).fill(undefined);
  for (const { ord, ...row } of rows) stored[ord] = row;
  return stored;
}

const INSERT = `
with arrival as (
  select * from jsonb_to_recordset($1::jsonb) as a (
    ord integer, id uuid, partner text, "localPort" integer, "remoteAddress" text, certificate text, "receivedAt" timestamptz,
    at integer, size integer, sha256 bytea, charset text, "charsetRule" text, event text, "controlId" text, version text,
    refs text[], lanes bigint[], parent uuid, state text, reason text, note text, "replyAt" integer, "replySize" integer,
    "replyCode" text, "refusesReuse" boolean, "refusalAt" integer, "refusalSize" integer, "refusalCode" text)
), known as (
  -- Each looked up by itself: to join them the planner may read all messages, as long as it takes them to be few.
  select a.ord, m.seq, m.id from arrival a cross join lateral (
    select seq, id from message
    where control_id = a."controlId" and partner = a.partner and sha256 = a.sha256 and is_taken limit 1
  ) m
  where a.state <> 'rejected'
), fresh as materialized (
  -- No "exists": of that the planner may make a hash of all messages, anew for each group.
  select a.*, a."controlId" <> '' and coalesce((
    select true from message m where m.control_id = a."controlId" and m.partner = a.partner and m.is_taken limit 1
  ), false) as is_reused
  from arrival a where not exists (select 1 from known k where k.ord = a.ord)
), judged as (
  select f.*, f.is_reused and f."refusesReuse" as is_refused from fresh f
), stored as (
  insert into message (id, direction, partner, local_port, remote_address, certificate, received_at, bytes, sha256, charset,
    charset_rule, event, control_id, version, refs, lanes, parent, is_taken)
  select id, 'in', partner, "localPort", "remoteAddress", certificate, "receivedAt", substring($2::bytea from at for size), sha256,
    charset, "charsetRule", event, "controlId", version, refs, lanes, parent, state <> 'rejected' and not is_refused
  from judged order by ord
  on conflict do nothing
  returning seq, id
), course as (
  insert into progress (seq, state, lane, delivery, reason, note, reply, reply_code, ended_at)
  select s.seq, case when is_refused then 'rejected' else state end, (select min(lane) from unnest(lanes) lane), j.id,
    case when is_refused then 'control-id-reused' else reason end, note,
    case when is_refused then substring($2::bytea from "refusalAt" for "refusalSize")
      else substring($2::bytea from "replyAt" for "replySize") end,
    case when is_refused then "refusalCode" else "replyCode" end,
    case when is_refused or state <> 'received' then now() end
  from stored s join judged j on j.id = s.id
), entries as (
  insert into lane_entry (lane, seq)
  select distinct lane, s.seq from stored s join judged j on j.id = s.id, unnest(j.lanes) lane
  where j.state = 'received' and not j.is_refused
)
select ord, seq, id, true as "isRepetition", false as "isReused", false as "isRefused" from known
union all
select j.ord, s.seq, s.id, false, j.is_reused, j.is_refused from stored s join judged j on j.id = s.id`;
