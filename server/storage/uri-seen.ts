import type { UriRow } from '../search/index/row-types.ts';
import type { Queryable } from './db.ts';

const LIMIT = 50_000;

/**
 * Which uris this process knows to be in the dictionary `uri_seen`, per database: profiles and code systems come with
 * every resource, and must not cost a write each time. Only an erasure removes rows; then all is forgotten.
 */
let known = new WeakMap<object, Set<string>>();
const identity = (tenant: number, uri: UriRow): string => `${tenant} ${uri.slot} ${uri.value}`;

/** The distinct uris that still have to be written. */
export function unseen(db: Queryable, tenant: number, uris: readonly UriRow[]): UriRow[] {
  if (uris.length === 0) return [];
  const seen = known.get(db);
  const result = new Map<string, UriRow>();
  for (const uri of uris) {
    const key = identity(tenant, uri);
    if (seen?.has(key) !== true) result.set(key, uri);
  }
  return [...result.values()];
}

/** Remembers what was written. For a transaction the memory is the transaction's own, so a rollback forgets it. */
export function markSeen(db: Queryable, tenant: number, uris: readonly UriRow[]): void {
  if (uris.length === 0) return;
  let seen = known.get(db);
  if (seen === undefined) known.set(db, (seen = new Set()));
  if (seen.size > LIMIT) seen.clear();
  for (const uri of uris) seen.add(identity(tenant, uri));
}

/** A committed transaction's memory becomes its database's. */
export function adoptSeen(db: Queryable, tx: Queryable): void {
  const fresh = known.get(tx);
  if (fresh === undefined) return;
  const seen = known.get(db);
  if (seen === undefined) known.set(db, fresh);
  else for (const key of fresh) seen.add(key);
}

/** Something was removed from the dictionary. */
export function forgetSeen(): void {
  known = new WeakMap();
}
