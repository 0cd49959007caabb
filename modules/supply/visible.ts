import type { AnyResource, ClinicReader, Stored, TypeName } from '#sdk';

/** Ids in one question: URLs have an end. */
const CHUNK = 100;

/** Those with some ids that the caller may see, by id: projections know nothing of rights. */
export async function visibleById<T extends TypeName>(
  reader: ClinicReader,
  type: T,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Stored<T>>> {
  const all = [...new Set(ids)];
  const visible = new Map<string, Stored<T>>();
  for (let start = 0; start < all.length; start += CHUNK) {
    const found = await reader.search(type, `_id=${all.slice(start, start + CHUNK).join(',')}`);
    for (const resource of found) visible.set(resource.id, resource);
  }
  return visible;
}

/** Of resources that the server made or found, those that the caller may see, as they see them. */
export async function visibleOf(
  reader: ClinicReader,
  resources: readonly (AnyResource & { readonly id: string })[],
): Promise<readonly AnyResource[]> {
  const seen = await Promise.all(resources.map(({ resourceType, id }) => reader.read(resourceType, id)));
  return seen.filter((each) => each !== undefined);
}
