import type { MessageState } from './message-state.ts';
import type { Queryable } from './open-store.ts';

/** Of messages that are not done, or wait for a person. */
export interface OpenFigure {
  readonly direction: 'in' | 'out';
  readonly partner: string;
  readonly state: MessageState;
  readonly count: number;
  /** Seconds since the oldest of them came. */
  readonly oldest: number;
}

export function openFigures(db: Queryable): Promise<readonly OpenFigure[]> {
  return db.query<OpenFigure>({
    name: 'open-figures',
    text: `
select m.direction, m.partner, p.state, count(*) as count, extract(epoch from now() - min(m.received_at))::float8 as oldest
from progress p join message m on m.seq = p.seq
where p.state in ('received', 'failed', 'parked', 'dead', 'rejected', 'queued', 'sending', 'waiting')
group by m.direction, m.partner, p.state`,
    values: [],
  });
}

/** Of messages that have ended in the last minutes. */
export interface EndedFigure {
  readonly direction: 'in' | 'out';
  readonly partner: string;
  readonly state: MessageState;
  readonly count: number;
  /** Seconds from arrival to end: of the middle one, of 95 and of 99 in 100. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** @param limit of messages; the newest of them are looked at */
export function endedFigures(db: Queryable, minutes: number, limit: number): Promise<readonly EndedFigure[]> {
  return db.query<EndedFigure>({
    name: 'ended-figures',
    text: `
with ended as (
  select seq, state, ended_at from progress where ended_at > now() - $1::integer * interval '1 minute' order by ended_at desc limit $2
), timed as (
  select m.direction, m.partner, e.state, extract(epoch from e.ended_at - m.received_at)::float8 as seconds
  from ended e join message m on m.seq = e.seq
)
select direction, partner, state, count(*) as count, percentile_disc(0.5) within group (order by seconds) as p50,
  percentile_disc(0.95) within group (order by seconds) as p95, percentile_disc(0.99) within group (order by seconds) as p99
from timed group by direction, partner, state`,
    values: [minutes, limit],
  });
}

/** Of lanes: messages of one patient are applied one after the other. */
export interface LaneFigures {
  readonly lanes: number;
  /** Messages in the lane that has the most. */
  readonly longest: number;
}

export async function laneFigures(db: Queryable): Promise<LaneFigures> {
  const [row] = await db.query<LaneFigures>({
    name: 'lane-figures',
    text: `
select count(*) as lanes, coalesce(max(waiting), 0) as longest from (select count(*) as waiting from lane_entry group by lane) lanes`,
    values: [],
  });
  return row ?? { lanes: 0, longest: 0 };
}

/** The oldest message that waits: to be sent to a destination, or for a person. */
export interface OldestMessage {
  readonly kind: 'outgoing' | 'parked';
  readonly id: string;
  readonly partner: string;
  readonly event: string;
  readonly controlId: string;
  readonly receivedAt: string;
  /** Seconds. */
  readonly age: number;
}

/** Of each partner that has some; those that wait are few, or the figures are what tells of it. */
export function oldestMessages(db: Queryable): Promise<readonly OldestMessage[]> {
  return db.query<OldestMessage>({
    name: 'oldest-messages',
    text: `
select distinct on (kind, partner) kind, id, partner, event, "controlId", "receivedAt", extract(epoch from now() - "receivedAt")::float8 as age
from (
  select case m.direction when 'out' then 'outgoing' else 'parked' end as kind, m.id, m.partner, m.event, m.control_id as "controlId",
    m.received_at as "receivedAt", p.seq
  from progress p join message m on m.seq = p.seq
  where (m.direction = 'out' and p.state in ('queued', 'sending')) or (m.direction = 'in' and p.state in ('parked', 'dead'))
) waiting order by kind, partner, seq`,
    values: [],
  });
}
