import type { InboundState, OutboundState } from './message-state.ts';
import type { Queryable } from './open-store.ts';

/** Days that messages are kept after they ended; a state that is not named keeps them for ever. */
export type Retention = Readonly<Partial<Record<InboundState | OutboundState, number>>>;

/** What waits for a person is never deleted; what is deleted is not told from its repetition any more. */
export const DEFAULT_RETENTION: Retention = {
  applied: 180,
  ignored: 180,
  superseded: 180,
  split: 180,
  rejected: 30,
  acked: 180,
  cancelled: 180,
};

/**
 * Deletes some of what has been kept for as long as it may be.
 *
 * @returns how many messages; as many as the limit: there may be more
 */
export async function deleteExpired(db: Queryable, retention: Retention, limit: number): Promise<number> {
  const rules = Object.entries(retention).map(([state, days]) => ({ state, days }));
  const [row] = await db.query<{ readonly count: number }>({
    name: 'delete-expired',
    text: `
with old as (
  select due.seq from jsonb_to_recordset($1::jsonb) as r (state text, days integer) cross join lateral (
    select p.seq from progress p where p.state = r.state and p.ended_at < now() - r.days * interval '1 day'
    order by p.ended_at limit $2 for update skip locked
  ) due limit $2
), messages as (
  delete from message m using old where m.seq = old.seq
), attempts as (
  delete from attempt a using old where a.seq = old.seq
), codes as (
  delete from waiting w using old where w.seq = old.seq
), edits as (
  delete from edit e using old where e.seq = old.seq
), courses as (
  delete from progress p using old where p.seq = old.seq returning 1
)
select count(*) as count from courses`,
    values: [JSON.stringify(rules), limit],
  });
  return row?.count ?? 0;
}
