import type { JsonObject } from '../../kernel/json.ts';
import { lockReferrers } from '../../storage/erasure.ts';
import type { LockedRow } from '../../storage/lock.ts';
import type { Ctx, Engine } from '../engine.ts';
import { parseStored } from './current.ts';
import { referenceKeys } from './reference-keys.ts';

/** A live resource with its row, locked. */
export interface LiveResource {
  readonly type: string;
  readonly row: LockedRow;
  readonly resource: JsonObject;
}

/**
 * All live resources that refer to one of some, wherever the reference stands; they are locked.
 * @param names `Patient/1`
 */
export async function referrersOf(engine: Engine, ctx: Ctx, names: readonly string[]): Promise<LiveResource[]> {
  const hasher = engine.hasher(ctx.tenant);
  const keys = names.flatMap((name) => {
    const [type = '', id = ''] = name.split('/');
    return referenceKeys(engine, ctx.tenant, type, id);
  });
  const rows = await lockReferrers(
    ctx.db,
    ctx.tenant,
    keys,
    names.map((name) => hasher.target(name)),
  );
  return rows.map((row) => {
    const type = engine.definitions.typeName(row.type);
    return { type, row, resource: parseStored(type, row) };
  });
}
