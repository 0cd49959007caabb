import type { Queryable } from './db.ts';

/**
 * Tells the planner what the tables hold now. Until then (autovacuum looks once a minute) it takes a table that was just
 * loaded for nearly empty, and sorts the whole of it where an index would give the first rows: 590 ms instead of 0.3 ms for
 * a batch of 500 of 283,207 resources.
 */
export async function refreshStatistics(db: Queryable): Promise<void> {
  await db.query({
    text: 'analyze resource, history, ix_token, ix_ref, ix_date, ix_quantity, ix_string, ix_position',
    values: [],
  });
}
