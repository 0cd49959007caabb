import type { Db, Queryable } from '../../storage/db.ts';
import { raiseLiveVersion, type LiveKind } from '../../storage/live-version.ts';
import type { Ctx, Engine } from '../engine.ts';

const listeners = new WeakMap<Db, Map<LiveKind, () => void>>();
const raised = new WeakMap<Queryable, Set<LiveKind>>();

/** `listener` is called when this process committed a change through `db`; other processes look by themselves. */
export function onChange(db: Db, kind: LiveKind, listener: () => void): void {
  const own = listeners.get(db) ?? new Map<LiveKind, () => void>();
  listeners.set(db, own.set(kind, listener));
}

/** To be called in the transaction of a change: every process loads what changed before its next request. */
export async function announceChange(engine: Engine, ctx: Ctx, kind: LiveKind): Promise<void> {
  if (!ctx.inTransaction) {
    await raiseLiveVersion(ctx.db, kind);
    listeners.get(engine.db)?.get(kind)?.();
    return;
  }
  const kinds = raised.get(ctx.db) ?? new Set<LiveKind>();
  if (kinds.has(kind)) return;
  await raiseLiveVersion(ctx.db, kind);
  raised.set(ctx.db, kinds.add(kind));
}

/** To be called when a transaction is committed. */
export function changesCommitted(db: Db, tx: Queryable): void {
  for (const kind of raised.get(tx) ?? []) listeners.get(db)?.get(kind)?.();
}

/** To be called when another process may have changed something since this one looked: what is old is loaded anew. */
export async function lookAgain(engine: Engine, kinds: readonly LiveKind[]): Promise<void> {
  for (const kind of kinds) listeners.get(engine.db)?.get(kind)?.();
  await engine.fresh();
}
