import type { LocalReference } from '../../search/index/row-types.ts';
import { liveRefs } from '../../storage/read.ts';
import type { Ctx, Engine } from '../engine.ts';
import { allowedRows } from './allowed-rows.ts';

/** Targets (resource.ref) of references that are there for the caller: live, and they may be read. */
export async function visibleTargets(
  engine: Engine,
  ctx: Ctx,
  references: readonly LocalReference[],
): Promise<ReadonlySet<string>> {
  if (references.length === 0) return new Set();
  const types = [...new Set(references.map(({ type }) => type))];
  const refs = references.map(({ target }) => target);
  return liveRefs(ctx.db, ctx.tenant, refs, allowedRows(engine, ctx, types, 'read'));
}
