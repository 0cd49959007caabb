import { baseCanonicalEntries } from '../../definitions/base-canonicals.ts';
import { createCanonicals, type CanonicalEntry } from '../../definitions/canonical-index.ts';
import { CANONICAL_TYPES, type Canonicals } from '../../definitions/canonicals.ts';
import type { Definitions } from '../../definitions/definitions.ts';
import { liveResources, readByPids, type LiveResource } from '../../storage/canonicals.ts';
import type { Db } from '../../storage/db.ts';
import { liveVersion } from '../../storage/live-version.ts';
import { onChange } from '../live/changes.ts';
import { createLease } from '../live/lease.ts';
import { clinicEntries } from './clinic-entries.ts';
import { holdCanonical } from './held-canonical.ts';
import { createParsedCache } from './parsed-cache.ts';

/** Characters of the texts of resources that stay parsed, which take about four times as much memory in bytes. */
const PARSED = 24 * 1024 * 1024;
/** Bodies read by one statement. */
const BATCH = 50;

export interface CanonicalsOptions {
  readonly db: Db;
  readonly definitions: Definitions;
  now(): number;
  onError(error: unknown): void;
}

/** The canonical resources of a process: those of R4, the built-in ones and the stored ones, replaced while it runs. */
export interface LiveCanonicals {
  readonly canonicals: Canonicals;
  /** To be awaited before each request; undefined (the usual case) when what is loaded is fresh. */
  fresh(): Promise<void> | undefined;
  close(): Promise<void>;
}

interface Held {
  readonly version: number;
  /** Undefined: it has no url, so nobody finds it. */
  readonly entry: CanonicalEntry | undefined;
}

export async function openCanonicals({ db, definitions, now, onError }: CanonicalsOptions): Promise<LiveCanonicals> {
  const typeIds = CANONICAL_TYPES.map((type) => definitions.typeId(type));
  const cache = createParsedCache(PARSED);
  const builtIn = [...clinicEntries(), ...baseCanonicalEntries()];
  /** By pid; oldest first. */
  let held: ReadonlyMap<number, Held> = new Map();
  let canonicals = createCanonicals(0, builtIn);
  let version = await load();

  /** Reads what is new or changed, and answers up to which change. */
  async function load(): Promise<number> {
    // Read before the rest: what changes in between is noticed by the next look.
    const upTo = await liveVersion(db, 'canonicals');
    const listed = await liveResources(db, typeIds);
    const changed = listed.filter((live) => held.get(live.pid)?.version !== live.version);
    if (changed.length === 0 && listed.length === held.size) return upTo;
    const read = await readAll(changed);
    const next = new Map<number, Held>();
    for (const { pid } of listed) {
      const resource = read.get(pid) ?? held.get(pid);
      if (resource !== undefined) next.set(pid, resource);
    }
    for (const [pid, { entry }] of held) {
      if (entry !== undefined && next.get(pid)?.entry !== entry) cache.forget(entry);
    }
    held = next;
    const stored = [...next.values()].flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
    canonicals = createCanonicals(canonicals.version + 1, [...stored, ...builtIn]);
    return upTo;
  }

  async function readAll(changed: readonly LiveResource[]): Promise<Map<number, Held>> {
    const read = new Map<number, Held>();
    for (let start = 0; start < changed.length; start += BATCH) {
      const pids = changed.slice(start, start + BATCH).map(({ pid }) => pid);
      for (const { pid, ...row } of await readByPids(db, pids)) {
        const entry = await holdCanonical({ ...row, type: definitions.typeName(row.type) }, cache);
        read.set(pid, { version: row.version, entry });
      }
    }
    return read;
  }

  const lease = createLease({
    now,
    onError,
    async check() {
      if ((await liveVersion(db, 'canonicals')) !== version) version = await load();
    },
  });
  onChange(db, 'canonicals', () => lease.expire());

  return {
    get canonicals() {
      return canonicals;
    },
    fresh: () => lease.fresh(),
    close: () => lease.close(),
  };
}
