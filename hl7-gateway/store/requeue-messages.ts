import type { MessageState } from './message-state.ts';
import type { Queryable } from './open-store.ts';

/**
 * Puts messages back to where they stood in their lanes, to be worked on again.
 *
 * What was applied gets a new name for its delivery: the server knows the old one, and would say that it has it. What was not
 * keeps it, since nobody can tell from here what was under way when a process died.
 *
 * @param from states that it may be in; others are left alone
 * @param agent who wants it
 * @returns ids of those that are worked on again
 */
export async function requeueMessages(
  db: Queryable,
  ids: readonly string[],
  from: readonly MessageState[],
  agent: string,
): Promise<readonly string[]> {
  const rows = await db.query<{ readonly id: string }>({
    name: 'requeue-messages',
    text: `
with again as (
  update progress p set state = 'received', attempts = 0, taken = 0, next_at = now(), leased_by = null, leased_until = null,
    ended_at = null, delivery = case when p.state in ('applied', 'superseded') then gen_random_uuid() else p.delivery end
  from message m
  where m.seq = p.seq and m.direction = 'in' and m.id = any($1::uuid[]) and p.state = any($2::text[])
  returning p.seq, m.id, m.lanes
), entries as (
  insert into lane_entry (lane, seq) select distinct lane, again.seq from again, unnest(again.lanes) lane
  on conflict do nothing
), noted as (
  insert into attempt (seq, kind, agent) select seq, 'again', $3 from again
), asked as (
  delete from waiting w using again where w.seq = again.seq
)
select id from again`,
    values: [ids, from, agent],
  });
  return rows.map(({ id }) => id);
}

/**
 * Ends what waits for a person, without applying it.
 *
 * @returns ids of those that ended so
 */
export async function dismissMessages(
  db: Queryable,
  ids: readonly string[],
  agent: string,
  explanation: string,
): Promise<readonly string[]> {
  const rows = await db.query<{ readonly id: string }>({
    name: 'dismiss-messages',
    text: `
with ended as (
  update progress p set state = 'ignored', reason = 'dismissed', note = $3, ended_at = now()
  from message m
  where m.seq = p.seq and m.direction = 'in' and m.id = any($1::uuid[]) and p.state in ('parked', 'dead')
  returning p.seq, m.id
), noted as (
  insert into attempt (seq, kind, reason, note, agent) select seq, 'ignored', 'dismissed', $3, $2 from ended
), asked as (
  delete from waiting w using ended where w.seq = ended.seq
)
select id from ended`,
    values: [ids, agent, explanation],
  });
  return rows.map(({ id }) => id);
}
