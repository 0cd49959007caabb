import type { IndexRows } from '../../search/index/row-types.ts';
import { indexedResource, type IndexedResource } from '../../search/match/matches.ts';
import type { SearchRegistry } from '../../search/registry-types.ts';
import type { Engine } from '../engine.ts';
import type { Prepared } from '../write/prepare.ts';

/** A version, by the number of its resource. */
export interface VersionOf {
  readonly pid: number;
  readonly version: number;
}

/** A version that this process wrote. */
export interface Written {
  readonly indexed: IndexedResource;
  /** As it is stored, see server/storage/body.ts. */
  readonly body: string;
}

/** Of a version that was just written. */
export type NotedVersion = Pick<Prepared, 'type' | 'id' | 'resource' | 'rows' | 'body'>;

/** Whoever looks at changes soon after they were written. */
export interface Interest {
  /** Whether they read changes of the type at all. */
  isRead(type: string): boolean;
  /** Whether they may have to look at a version with these rows; false: certainly not. */
  isAsked(tenant: number, type: string, rows: IndexRows): boolean;
}

/**
 * What this process wrote last, as it was indexed: whoever looks at changes soon after need neither read nor index them again. Versions
 * do not change, so that what is known of one holds; what is not known is read. Most changes are nobody's, and need not be read at all.
 */
export interface RecentWrites {
  /** Whether any are kept: most servers have nobody who looks. */
  readonly isOn: boolean;
  /** @param count how many are kept from now on; 0, as in the beginning: none */
  keep(count: number, interest?: Interest): void;
  /** To be called when it is committed: the number of a version that was rolled back is given again. */
  note(tenant: number, version: VersionOf, prepared: NotedVersion): void;
  /** What is known of a version, once. */
  take(version: VersionOf): Written | undefined;
  /** Versions, noted since the last call but one, in which that interest has none: a look ends before what is not final yet. */
  takeNobodys(interest: Interest): readonly VersionOf[];
}

interface Entry {
  readonly version: number;
  readonly written: Written;
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
  let current: Interest | undefined;
  let nobodys: VersionOf[] = [];
  let takenBefore: readonly VersionOf[] = [];

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
    keep(count, interest) {
      if (interest !== current) {
        nobodys = [];
        takenBefore = [];
      }
      current = interest;
      most = interest === undefined ? 0 : count;
      forgetOldest();
    },
    note(tenant, { pid, version }, { type, id, resource, rows, body }) {
      if (current?.isRead(type) !== true) return;
      if (!current.isAsked(tenant, type, rows)) {
        if (nobodys.length < most) nobodys.push({ pid, version });
        return;
      }
      const written = { indexed: indexedResource(resource, id, rows), body };
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
    takeNobodys(interest) {
      if (interest !== current) return [];
      const both = [...takenBefore, ...nobodys];
      takenBefore = nobodys;
      nobodys = [];
      return both;
    },
  };
}
