import type { Canonicals } from '../../server/definitions/canonicals.ts';
import type { Queryable } from '../../server/storage/db.ts';
import type { ComputedSystems } from '../systems/computed-systems.ts';

/** Code systems by url, with the versions that are held, the one that answers first; `''`: it has none. */
export type HeldSystems = ReadonlyMap<string, readonly string[]>;

interface StoredRelease {
  readonly url: string;
  readonly version: string;
}

/** Every code system of which codes are held, wherever they are. */
export async function heldSystems(
  canonicals: Canonicals,
  computed: ComputedSystems,
  db: Queryable,
): Promise<HeldSystems> {
  const held = new Map<string, string[]>();
  const add = (url: string, version: string): void => {
    const versions = held.get(url);
    if (versions === undefined) held.set(url, [version]);
    else if (!versions.includes(version)) versions.push(version);
  };
  for (const { url, version, content } of canonicals.codeSystems()) {
    if (content === 'complete' || content === 'fragment') add(url, version ?? '');
  }
  for (const url of computed.urls) for (const version of await computed.versions(url)) add(url, version);
  const releases = await db.query<StoredRelease>({
    name: 'terminology_held',
    text:
      `select url, version from terminology.release where state in ('active', 'retired') ` +
      `order by url, state, version desc`,
    values: [],
  });
  for (const { url, version } of releases) add(url, version);
  return new Map([...held].sort(([left], [right]) => (left < right ? -1 : 1)));
}
