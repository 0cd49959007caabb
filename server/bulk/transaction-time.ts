import { setTimeout as delay } from 'node:timers/promises';
import type { Db, Queryable } from '../storage/db.ts';

/** For writes that have their time already and not their transaction, ms. */
const SETTLE = 500;
const PATIENCE = 30_000;
const PAUSE = 50;

/**
 * A time of which everything is committed and can be read when this resolves: whatever was written up to it. Writers that
 * take longer than half a minute are not waited for; the time is then before they began.
 * @param db of the installation
 */
export async function settledTime(db: Db, now: () => number, signal: AbortSignal): Promise<number> {
  const time = now();
  await delay(SETTLE, undefined, { signal });
  const [next] = await db.query<{ tx: string }>({
    text: 'select pg_snapshot_xmax(pg_current_snapshot())::text as tx',
    values: [],
  });
  const bound = next?.tx ?? '0';
  for (let waited = 0; waited < PATIENCE; waited += PAUSE) {
    if (await areDone(db, bound)) return time;
    await delay(PAUSE, undefined, { signal });
  }
  return Math.min(time, await oldestWriter(db, time));
}

async function areDone(db: Queryable, bound: string): Promise<boolean> {
  const [row] = await db.query<{ done: boolean }>({
    name: 'bulk_settled',
    text: 'select pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 as done',
    values: [bound],
  });
  return row?.done === true;
}

/** When the oldest transaction began that has written something, with room for what it had prepared before. */
async function oldestWriter(db: Queryable, time: number): Promise<number> {
  const [row] = await db.query<{ began: number | null }>({
    text:
      `select floor(extract(epoch from min(xact_start)) * 1000)::bigint as began from pg_stat_activity ` +
      `where backend_xid is not null and datname = current_database()`,
    values: [],
  });
  return (row?.began ?? time) - SETTLE;
}
