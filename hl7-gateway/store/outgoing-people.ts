import type { Queryable } from './open-store.ts';

/** A message that its destination will not take, of which nobody has been told. */
export interface RefusedMessage {
  readonly seq: number;
  readonly id: string;
  readonly destination: string;
  readonly event: string;
  readonly controlId: string;
  readonly state: 'rejected' | 'dead';
  readonly note: string;
  readonly receivedAt: string;
  /** `Type/id` of what it tells. */
  readonly resources: readonly string[];
}

/** Oldest first. */
export function refusedMessages(db: Queryable, limit: number): Promise<readonly RefusedMessage[]> {
  return db.query<RefusedMessage>({
    name: 'refused-messages',
    text: `
select m.seq, m.id, p.destination, m.event, m.control_id as "controlId", p.state, coalesce(p.note, '') as note,
  m.received_at as "receivedAt", p.resources
from progress p join message m on m.seq = p.seq
where p.destination is not null and p.task is null and p.state in ('rejected', 'dead') order by p.seq limit $1`,
    values: [limit],
  });
}

/** @param task `Task/id` by which a person learns of it */
export async function keepRefusalTask(db: Queryable, seq: number, task: string): Promise<void> {
  await db.query({
    name: 'keep-refusal-task',
    text: `update progress set task = $2, is_task_open = state = 'dead' where seq = $1`,
    values: [seq, task],
  });
}

/**
 * Sends messages again as they are (same MSH-10), at their old place in the order.
 * @param agent who wants it
 * @returns those that were done without success; others are left alone
 */
export async function resendMessages(db: Queryable, ids: readonly string[], agent: string): Promise<readonly string[]> {
  const rows = await db.query<{ readonly id: string }>({
    name: 'resend-messages',
    text: `
with again as (
  update progress p set state = 'queued', attempts = 0, next_at = now(), ended_at = null, is_task_open = p.task is not null
  from message m where m.seq = p.seq and m.id = any($1::uuid[]) and p.destination is not null
    and p.state in ('rejected', 'dead', 'cancelled')
  returning p.seq, m.id
), noted as (
  insert into attempt (seq, kind, agent) select seq, 'resend', $2 from again
)
select id from again`,
    values: [ids, agent],
  });
  return rows.map(({ id }) => id);
}

/**
 * Lets go what has not been acknowledged: the next message of the destination is sent. A message that is being sent may still arrive.
 * @param why for people
 */
export async function cancelMessages(
  db: Queryable,
  ids: readonly string[],
  agent: string,
  why: string,
): Promise<readonly string[]> {
  const rows = await db.query<{ readonly id: string }>({
    name: 'cancel-messages',
    text: `
with gone as (
  update progress p set state = 'cancelled', ended_at = now(), leased_by = null, leased_until = null
  from message m where m.seq = p.seq and m.id = any($1::uuid[]) and p.destination is not null
    and p.state in ('queued', 'sending', 'rejected', 'dead')
  returning p.seq, m.id
), noted as (
  insert into attempt (seq, kind, note, agent) select seq, 'cancelled', $3, $2 from gone
)
select id from gone`,
    values: [ids, agent, why],
  });
  return rows.map(({ id }) => id);
}

/** Of a destination: what waits to be sent. */
export interface QueueFigures {
  readonly destination: string;
  readonly waiting: number;
  /** Seconds. */
  readonly oldest: number;
}

export function queueFigures(db: Queryable): Promise<readonly QueueFigures[]> {
  return db.query<QueueFigures>({
    name: 'queue-figures',
    text: `
select p.destination, count(*) as waiting, round(extract(epoch from now() - min(m.received_at)))::float8 as oldest
from progress p join message m on m.seq = p.seq
where p.destination is not null and p.state in ('queued', 'sending') group by p.destination order by p.destination`,
    values: [],
  });
}
