import { readForWrite } from '../../storage/lock.ts';
import type { PackageResource } from '../../storage/packages.ts';
import type { Ctx, Engine } from '../engine.ts';
import { removeLive } from '../write/remove-live.ts';

/**
 * Deletes resources that are still as a package wrote them, in the open transaction. Answers those that clients changed
 * since, which stay.
 * @throws Fault 409 when another resource refers to one of them
 */
export async function removeUnchanged(
  engine: Engine,
  ctx: Ctx,
  resources: readonly PackageResource[],
): Promise<PackageResource[]> {
  if (resources.length === 0) return [];
  const hasher = engine.hasher(ctx.tenant);
  const refs = resources.map(({ type, id }) => hasher.target(`${type}/${id}`));
  const live = await readForWrite(ctx.db, ctx.tenant, refs, true);
  const isChanged = (resource: PackageResource, place: number): boolean => {
    const row = live.get(refs[place] ?? '');
    return row !== undefined && row.version !== resource.version;
  };
  const changed = resources.filter(isChanged);
  const targets = resources.filter((resource) => !changed.includes(resource));
  await removeLive(
    engine,
    ctx,
    targets.map(({ type, id }) => ({ type, id, ifMatch: undefined })),
  );
  return changed;
}
