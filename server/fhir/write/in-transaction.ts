import type { Queryable } from '../../storage/db.ts';
import { adoptSeen } from '../../storage/uri-seen.ts';
import type { Ctx, Engine } from '../engine.ts';
import { changesCommitted } from '../live/changes.ts';

/** Runs `work` in the request's transaction when it has one (Bundle, Idempotency-Key), else in a new one. */
export async function inTransaction<T>(engine: Engine, ctx: Ctx, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  if (ctx.inTransaction) return work(ctx);
  return engine.db.transaction(async (tx) => {
    tx.afterCommit(() => {
      adoptSeen(engine.db, tx);
      changesCommitted(engine.db, tx);
    });
    return work(withDb(ctx, tx));
  });
}

function withDb(ctx: Ctx, db: Queryable): Ctx {
  return { ...ctx, db, inTransaction: true };
}
