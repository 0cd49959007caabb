import type { AnyResource, ClinicTransaction, Stored } from '#sdk';
import { faults } from '../faults.ts';
import { isLeftBehind } from './left-behind.ts';
import { survivorOf } from './link.ts';
import { basesOf, withMoved, type Move, type ReferencePath } from './references.ts';

/** A patient to be merged into another one. */
export interface Charts {
  readonly source: Stored<'Patient'>;
  readonly target: Stored<'Patient'>;
}

/** A resource with the references that were moved in it. */
export interface MovedResource {
  readonly resource: AnyResource & { readonly id: string };
  readonly paths: readonly ReferencePath[];
}

/** Entries of one Bundle. */
const CHUNK = 200;

/** Waits for others who merge one of the two. @throws Fault 422 unless both are in use, and two */
export async function holdCharts(clinic: ClinicTransaction, ids: readonly [string, string]): Promise<Charts> {
  await clinic.lock(...ids.map((id) => `chart ${id}`));
  const [source, target] = await Promise.all(ids.map((id) => clinic.read('Patient', id)));
  if (source === undefined || target === undefined || source.id === target.id) throw faults.mergeUnknown();
  if (survivorOf(source) !== undefined || survivorOf(target) !== undefined) throw faults.mergeReplaced();
  return { source, target };
}

/** What refers to a patient and goes with them, as it will be. */
export async function movable(
  clinic: ClinicTransaction,
  { source, target }: Charts,
): Promise<readonly MovedResource[]> {
  const move = { from: `Patient/${source.id}`, to: `Patient/${target.id}` };
  const resources: MovedResource[] = [];
  for (const each of await clinic.referrers('Patient', source.id)) {
    const isOneOfThem = each.resourceType === 'Patient' && (each.id === source.id || each.id === target.id);
    if (isOneOfThem || isLeftBehind(each) || each.id === undefined) continue;
    resources.push(...(await moved(clinic, { ...each, id: each.id }, move)));
  }
  return resources;
}

/** Nothing when there is nothing to be moved. @param where only these places; default everywhere */
export async function moved(
  clinic: ClinicTransaction,
  resource: MovedResource['resource'],
  move: Move,
  where?: readonly ReferencePath[],
): Promise<readonly MovedResource[]> {
  const bases = [];
  for (const base of basesOf(resource, move.from)) {
    if ((await clinic.resolve({ reference: `${base}${move.from}` }, 'Patient')) !== undefined) bases.push(base);
  }
  const { resource: now, paths } = withMoved(resource, move, where === undefined ? { bases } : { bases, where });
  return paths.length === 0 ? [] : [{ resource: now, paths }];
}

/** Writes them, in the open transaction; each must still be the version that was read. */
export async function storeMoved(clinic: ClinicTransaction, resources: readonly MovedResource[]): Promise<void> {
  for (let at = 0; at < resources.length; at += CHUNK) {
    await clinic.transaction(
      resources.slice(at, at + CHUNK).map(({ resource }) => ({
        resource,
        request: {
          method: 'PUT',
          url: `${resource.resourceType}/${resource.id}`,
          ...(resource.meta?.versionId === undefined ? {} : { ifMatch: `W/"${resource.meta.versionId}"` }),
        },
      })),
    );
  }
}
