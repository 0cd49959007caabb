import { fault } from '../../kernel/fault.ts';
import type { StoredVersion } from '../../storage/body.ts';
import { readForWrite } from '../../storage/lock.ts';
import type { Ctx, Engine } from '../engine.ts';
import type { Match } from './matches.ts';

/** The live version of a resource that a conditional interaction found. */
export async function readMatched(engine: Engine, ctx: Ctx, { type, id }: Match): Promise<StoredVersion> {
  const ref = engine.hasher(ctx.tenant).target(`${type}/${id}`);
  const row = (await readForWrite(ctx.db, ctx.tenant, [ref], false)).get(ref);
  if (row === undefined)
    throw fault('rest.matchGone', 409, 'conflict', `${type}/${id} was deleted meanwhile; try again.`);
  const { version, body } = row;
  ctx.audit.note({ action: 'R', interaction: 'create', type, id, version, seen: [{ type, id, body }] });
  return { type, id, version: row.version, updated: row.updated, body: row.body };
}
