import { fault } from '../../kernel/fault.ts';
import { lockNumbers, readForWrite, referrers, type LockedRow } from '../../storage/lock.ts';
import { removeResources } from '../../storage/remove.ts';
import type { Ctx, Engine } from '../engine.ts';
import { afterWrite } from './after-write.ts';
import { currentOf } from './current.ts';
import { followWrites, type Write } from './follow-writes.ts';
import { assertDeletable, foundBy } from './permission.ts';
import { versionConflict } from './put.ts';
import { referenceKeys } from './reference-keys.ts';

const MAX_NAMED = 5;

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
 * @param follow what is done with what was written; default: projections follow at once
 * @throws Fault 412 when If-Match fails; 409 when another resource still refers to one of them
 */
export async function removeLive(
  engine: Engine,
  ctx: Ctx,
  targets: readonly RemoveTarget[],
  follow: (writes: readonly Write[]) => Promise<void> | void = (writes) => followWrites(engine, ctx, writes),
): Promise<Removed[]> {
  if (targets.length === 0) return [];
  const hasher = engine.hasher(ctx.tenant);
  const identified = targets.map((target) => ({ ...target, ref: hasher.target(`${target.type}/${target.id}`) }));
  const refs = identified.map(({ ref }) => ref);
  await lockNumbers(ctx.db, refs);
  const rows = await readForWrite(ctx.db, ctx.tenant, refs, true);
  const found: { readonly type: string; readonly id: string; readonly row: LockedRow }[] = [];
  for (const { type, id, ifMatch, ref } of identified) {
    const row = await foundBy(engine, ctx, type, rows.get(ref), 'delete');
    if (ifMatch !== undefined && (row === undefined || (ifMatch !== '*' && ifMatch !== String(row.version)))) {
      throw versionConflict(type, id, row?.version);
    }
    if (row === undefined) {
      ctx.audit.note({ action: 'D', interaction: 'delete', type, id });
      continue;
    }
    assertDeletable(engine, ctx, type, row);
    found.push({ type, id, row });
  }
  if (found.length === 0) return [];
  if (engine.settings.referentialIntegrity) await refuseReferenced(engine, ctx, found);

  const now = ctx.now();
  const removals = found.map(({ type, row }) => ({
    ...currentOf(engine, ctx.tenant, type, row),
    updated: Math.max(now, row.updated + 1),
  }));
  await removeResources(ctx.db, ctx.tenant, removals);
  await follow(found.map(({ type, id, row }) => ({ type, id, before: row, after: undefined })));
  const removed: Removed[] = [];
  for (const [place, { type, id, row }] of found.entries()) {
    await afterWrite(engine, ctx, { type, id, resource: undefined });
    const version = row.version + 1;
    ctx.audit.note({ action: 'D', interaction: 'delete', type, id, version, seen: [{ type, id, body: row.body }] });
    removed.push({ type, id, version, updated: removals[place]?.updated ?? now });
  }
  return removed;
}

/** The rows are locked, and writers of references lock their targets: whoever refers to them is committed and visible now. */
async function refuseReferenced(
  engine: Engine,
  ctx: Ctx,
  found: readonly { readonly type: string; readonly id: string; readonly row: { readonly pid: number } }[],
): Promise<void> {
  const keys = found.flatMap(({ type, id }) => referenceKeys(engine, ctx.tenant, type, id));
  const pids = found.map(({ row }) => row.pid);
  const others = await referrers(ctx.db, keys, pids, MAX_NAMED);
  if (others.length === 0) return;
  const more = others.length === MAX_NAMED ? ' and more' : '';
  // Whoever does not see everything learns how many they are, not which.
  const names = ctx.access.isUnrestricted
    ? others.map((other) => `${engine.definitions.typeName(other.type)}/${other.id}`).join(', ')
    : String(others.length);
  throw fault(
    'rest.stillReferenced',
    409,
    'conflict',
    `Other resources refer to it: ${names}${more}. Delete or change them first, or delete all in one transaction.`,
  );
}
