import type { Queryable } from './open-store.ts';

/** A message that this process works on until its lease ends. */
export interface TakenMessage {
  readonly seq: number;
  readonly id: string;
  readonly delivery: string;
  readonly partner: string;
  readonly receivedAt: string;
  readonly bytes: Buffer;
  readonly charset: string;
  readonly event: string;
  readonly controlId: string;
  readonly attempts: number;
  /** How often it was taken since it last had a result, this time included: more than once when processes died over it. */
  readonly taken: number;
  readonly lane: string;
  /** How it was answered so far. */
  readonly replyCode: string | null;
}

/** Who holds a lease, and for how long. */
export interface Lease {
  /** UUID of the process. */
  readonly owner: string;
  /** Milliseconds. */
  readonly duration: number;
}

export const FIRST_LANE = '-9223372036854775808';

/**
 * Takes messages each of which is the oldest in all its lanes, so that no two of them, nor of what others have taken, share one.
 *
 * @param after lane from which on to look: each lane has its turn, whatever piles up in others
 * @param held what this process is working on, even if its lease has ended
 */
export function takeMessages(
  db: Queryable,
  lease: Lease,
  limit: number,
  after: string,
  held: readonly number[],
): Promise<readonly TakenMessage[]> {
  return db.query<TakenMessage>({
    name: 'take-messages',
    text: TAKE,
    values: [after, limit, lease.owner, lease.duration, held],
  });
}

// Head by head through the index of lanes, and no further than it takes to find enough: the length of a lane does not matter.
const TAKE = `
with recursive head (lane, seq) as (
  (select lane, seq from lane_entry where lane >= $1::bigint order by lane, seq limit 1)
  union all
  select next.lane, next.seq from head cross join lateral (
    select e.lane, e.seq from lane_entry e where e.lane > head.lane order by e.lane, e.seq limit 1
  ) next
), ready as (
  select p.seq from head join progress p on p.seq = head.seq
  where p.lane = head.lane and p.next_at <= now() and (p.leased_until is null or p.leased_until < now())
    and p.seq <> all ($5::bigint[])
    and not exists (
      select 1 from lane_entry mine join lane_entry earlier on earlier.lane = mine.lane and earlier.seq < mine.seq
      where mine.seq = p.seq
    )
  limit $2 for update of p skip locked
), taken as (
  update progress p set leased_by = $3::uuid, leased_until = now() + $4::integer * interval '1 ms', taken = p.taken + 1
  from ready where p.seq = ready.seq
  returning p.*
)
select m.seq, m.id, taken.delivery, m.partner, m.received_at as "receivedAt", m.bytes, m.charset, m.event, m.control_id as "controlId",
  taken.attempts, taken.taken, taken.lane::text as lane, taken.reply_code as "replyCode"
from taken join message m on m.seq = taken.seq order by taken.lane`;

/** Work takes longer: nobody else is to take it meanwhile. */
export async function renewLeases(db: Queryable, lease: Lease, seqs: readonly number[]): Promise<void> {
  await db.query({
    name: 'renew-leases',
    text: `update progress set leased_until = now() + $3::integer * interval '1 ms' where seq = any($1::bigint[]) and leased_by = $2::uuid`,
    values: [seqs, lease.owner, lease.duration],
  });
}

/** Gives back what was not worked on; as if it had not been taken. */
export async function releaseMessages(db: Queryable, owner: string, seqs: readonly number[]): Promise<void> {
  await db.query({
    name: 'release-messages',
    text: `update progress set leased_by = null, leased_until = null, taken = greatest(taken - 1, 0) where seq = any($1::bigint[]) and leased_by = $2::uuid`,
    values: [seqs, owner],
  });
}
