import { storeAuditRows } from '../../storage/audit-rows.ts';
import { adoptSeen } from '../../storage/uri-seen.ts';
import type { Ctx, Engine } from '../engine.ts';
import { changesCommitted } from '../live/changes.ts';
import { checkWrites } from './follow-writes.ts';

/** Runs `work` in the request's transaction when it has one (Bundle, Idempotency-Key), else in a new one. */
export async function inTransaction<T>(engine: Engine, ctx: Ctx, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  if (ctx.inTransaction) return work(ctx);
  const db = engine.dbOf(ctx.tenant);
  return db.transaction(async (tx) => {
    tx.afterCommit(() => {
      adoptSeen(db, tx);
      changesCommitted(engine.db, tx);
    });
    const audit = ctx.audit.transaction();
    const inner: Ctx = { ...ctx, db: tx, inTransaction: true, audit };
    const result = await work(inner);
    await checkWrites(engine, inner);
    const rows = audit.pending();
    if (rows !== undefined) await storeAuditRows(tx, ctx.tenant, rows);
    return result;
  });
}
