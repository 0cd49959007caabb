import type { Queryable } from '../storage/db.ts';
import type { DataKey, KeyChain } from './key-chain.ts';
import { keysById } from './key-table.ts';

/** Keys of elements, held in memory as far as they are in use. */
export interface DataKeys {
  /** Undefined: it must be loaded first. */
  get(id: number): DataKey | undefined;
  /** One statement for those that are not held. */
  load(ids: Iterable<number>): Promise<void>;
  /** The keys that new data of these owners take; owner '' has what belongs to no patient. */
  sealing(tenant: number, owners: readonly string[]): Promise<ReadonlyMap<string, DataKey>>;
  /** Keys were retired or destroyed: what is held is no longer sure. */
  forget(): void;
}

/** 100 bytes each. */
const MAX_HELD = 20_000;

export function createDataKeys(db: Queryable, chain: KeyChain): DataKeys {
  const byId = new Map<number, DataKey>();
  const current = new Map<string, DataKey>();
  let generation = 0;

  function hold(key: DataKey): void {
    if (byId.size >= MAX_HELD) dropHalf(byId);
    byId.set(key.id, key);
  }

  return {
    get: (id) => byId.get(id),
    async load(ids) {
      const missing = [...new Set(ids)].filter((id) => !byId.has(id));
      if (missing.length === 0) return;
      const before = generation;
      const keys = await Promise.all((await keysById(db, missing)).map((row) => chain.unwrap(row)));
      // A key that was destroyed meanwhile must not come back; the caller asks again.
      if (before === generation) keys.forEach(hold);
    },
    async sealing(tenant, owners) {
      const found = new Map<string, DataKey>();
      for (const owner of owners) {
        const key = current.get(`${tenant} ${owner}`);
        if (key !== undefined) found.set(owner, key);
      }
      const missing = owners.filter((owner) => !found.has(owner));
      if (missing.length === 0) return found;
      const before = generation;
      for (const [owner, key] of await chain.current(tenant, 'patient', missing)) {
        found.set(owner, key);
        if (before !== generation) continue;
        if (current.size >= MAX_HELD) dropHalf(current);
        current.set(`${tenant} ${owner}`, key);
        hold(key);
      }
      return found;
    },
    forget() {
      generation += 1;
      byId.clear();
      current.clear();
      chain.forget();
    },
  };
}

/** The half that came first. */
function dropHalf(map: Map<unknown, unknown>): void {
  let left = map.size >> 1;
  for (const key of map.keys()) {
    if (left === 0) return;
    map.delete(key);
    left -= 1;
  }
}
