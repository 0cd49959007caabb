import { indexedResource } from '../../search/match/matches.ts';
import type { Ctx, Engine } from '../engine.ts';
import { recentWrites } from '../live/recent-writes.ts';
import type { Prepared } from './prepare.ts';

/** What was written alone is committed with its statement; what a transaction writes may still be rolled back, and is read by those who look. */
export function noteWritten(
  engine: Engine,
  ctx: Pick<Ctx, 'inTransaction' | 'tenant'>,
  version: { readonly pid: number; readonly version: number },
  { resource, id, rows, body }: Prepared,
): void {
  const writes = recentWrites(engine);
  if (!writes.isOn || ctx.inTransaction) return;
  writes.note(ctx.tenant, version, { indexed: indexedResource(resource, id, rows), body });
}
