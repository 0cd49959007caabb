import type { IndexedResource } from '../../search/match/matches.ts';
import type { SearchRegistry } from '../../search/registry-types.ts';
import type { Engine } from '../engine.ts';

/** A version, by the number of its resource. */
interface VersionOf {
  readonly pid: number;
  readonly version: number;
}

/**
 * What this process wrote last, as it was indexed: whoever looks at changes soon after need neither read nor index them again. Versions
 * do not change, so that what is known of one holds; what is not known is read.
 */
export interface RecentWrites {
  /** Whether any are kept: most servers have nobody who looks. */
  readonly isOn: boolean;
  /** @param count how many are kept from now on; 0, as in the beginning: none */
  keep(count: number): void;
  /** To be called when it is committed: the number of a version that was rolled back is given again. */
  note(version: VersionOf, written: IndexedResource): void;
  /** What is known of a version, once. */
  take(version: VersionOf): IndexedResource | undefined;
}

interface Entry {
  readonly version: number;
  readonly written: IndexedResource;
  /** Index rows are those of a registry. */
  readonly registry: SearchRegistry;
}

const known = new WeakMap<Engine, RecentWrites>();

export function recentWrites(engine: Engine): RecentWrites {
  let writes = known.get(engine);
  if (writes === undefined) known.set(engine, (writes = createRecentWrites(engine)));
  return writes;
}

function createRecentWrites(engine: Pick<Engine, 'registry'>): RecentWrites {
  const entries = new Map<number, Entry>();
  let most = 0;

  function forgetOldest(): void {
    for (const pid of entries.keys()) {
      if (entries.size <= most) return;
      entries.delete(pid);
    }
  }

  return {
    get isOn() {
      return most > 0;
    },
    keep(count) {
      most = count;
      forgetOldest();
    },
    note({ pid, version }, written) {
      if (most === 0) return;
      entries.delete(pid);
      entries.set(pid, { version, written, registry: engine.registry });
      forgetOldest();
    },
    take({ pid, version }) {
      const entry = entries.get(pid);
      if (entry === undefined || entry.version > version) return undefined;
      entries.delete(pid);
      return entry.version === version && entry.registry === engine.registry ? entry.written : undefined;
    },
  };
}
