import { keepActivity } from '../../server/audit/heuristics/activity.ts';
import { activityPosition } from '../../server/storage/audit-activity.ts';
import { transactionBase } from '../../server/storage/audit-chain.ts';
import type { Db } from '../../server/storage/db.ts';

/** Goes through all events; transactions of other tests' databases on the same cluster may hold it up. */
export async function keepAllActivity(db: Db, now: number): Promise<void> {
  const base = await transactionBase(db);
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    await keepActivity(db, base, now);
    const { tx, id } = await activityPosition(db);
    const left = await db.query({
      text: 'select from audit_page where tx >= $1 and (tx > $1 or id > $2::uuid) limit 1',
      values: [tx, id],
    });
    if (left.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('events stay without being looked at');
}
