import type { Ctx, Engine } from '../engine.ts';
import { recentWrites } from '../live/recent-writes.ts';
import type { Prepared } from './prepare.ts';

/** What was written alone is committed with its statement; what a transaction writes may still be rolled back, and is read by those who look. */
export function noteWritten(
  engine: Engine,
  ctx: Pick<Ctx, 'inTransaction' | 'tenant'>,
  version: { readonly pid: number; readonly version: number },
  prepared: Prepared,
): void {
  const writes = recentWrites(engine);
  if (writes.isOn && !ctx.inTransaction) writes.note(ctx.tenant, version, prepared);
}
