import { linkEvents } from '../../server/audit/chain/link-events.ts';
import { transactionBase } from '../../server/storage/audit-chain.ts';
import type { Db } from '../../server/storage/db.ts';

/**
 * Chains all events; transactions of other tests' databases on the same cluster may hold it up.
 * @returns how many pages were chained
 */
export async function linkAll(db: Db): Promise<number> {
  const base = await transactionBase(db);
  let linked = 0;
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    linked += await linkEvents(db, base);
    const left = await db.query({
      text: 'select from audit_page p where not exists (select from audit_link l where l.id = p.id) limit 1',
      values: [],
    });
    if (left.length === 0) return linked;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('events stay without links');
}
