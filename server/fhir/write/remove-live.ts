import { fault } from '../../kernel/fault.ts';
import { lockNumbers, readForWrite, referrers, type LockedRow } from '../../storage/lock.ts';
import { removeResources } from '../../storage/remove.ts';
import type { Ctx, Engine } from '../engine.ts';
import { afterWrite } from './after-write.ts';
import { currentOf } from './current.ts';
import { versionConflict } from './put.ts';
import { referenceKeys } from './reference-keys.ts';

export interface RemoveTarget {
  readonly type: string;
  readonly id: string;
  readonly ifMatch: string | undefined;
}

export interface Removed {
  readonly type: string;
  readonly id: string;
  /** The tombstone's version. */
  readonly version: number;
  readonly updated: number;
}

/**
 * Deletes live resources inside the open transaction; those that are not there are passed over.
 * @throws Fault 412 when If-Match fails; 409 when another resource still refers to one of them
 */
export async function removeLive(engine: Engine, ctx: Ctx, targets: readonly RemoveTarget[]): Promise<Removed[]> {
  if (targets.length === 0) return [];
  const hasher = engine.hasher(ctx.tenant);
  const identified = targets.map((target) => ({ ...target, ref: hasher.target(`${target.type}/${target.id}`) }));
  const refs = identified.map(({ ref }) => ref);
  await lockNumbers(ctx.db, refs);
  const rows = await readForWrite(ctx.db, ctx.tenant, refs, true);
  const found: { readonly type: string; readonly id: string; readonly row: LockedRow }[] = [];
  for (const { type, id, ifMatch, ref } of identified) {
    const row = rows.get(ref);
    if (ifMatch !== undefined && (row === undefined || (ifMatch !== '*' && ifMatch !== String(row.version)))) {
      throw versionConflict(type, id, row?.version);
    }
    if (row !== undefined) found.push({ type, id, row });
  }
  if (found.length === 0) return [];
  if (engine.settings.referentialIntegrity) await refuseReferenced(engine, ctx, found);

  const now = ctx.now();
  const removals = found.map(({ type, id, row }) => ({
    type,
    id,
    ...currentOf(engine, ctx.tenant, type, row),
    updated: Math.max(now, row.updated + 1),
  }));
  await removeResources(ctx.db, ctx.tenant, removals);
  for (const { type } of removals) await afterWrite(engine, ctx, type);
  return removals.map(({ type, id, updated }, index) => ({
    type,
    id,
    version: (found[index]?.row.version ?? 0) + 1,
    updated,
  }));
}

/** The rows are locked, and writers of references lock their targets: whoever refers to them is committed and visible now. */
async function refuseReferenced(
  engine: Engine,
  ctx: Ctx,
  found: readonly { readonly type: string; readonly id: string; readonly row: { readonly pid: number } }[],
): Promise<void> {
  const keys = found.flatMap(({ type, id }) => referenceKeys(engine, ctx.tenant, type, id));
  const pids = found.map(({ row }) => row.pid);
  const others = await referrers(ctx.db, keys, pids, 5);
  if (others.length === 0) return;
  const names = others.map((other) => `${engine.definitions.typeName(other.type)}/${other.id}`).join(', ');
  throw fault(
    'rest.stillReferenced',
    409,
    'conflict',
    `Other resources refer to it: ${names}${others.length === 5 ? ' and more' : ''}. Delete or change them first, or delete all in one transaction.`,
  );
}
