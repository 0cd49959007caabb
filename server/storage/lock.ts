import { hiddenList } from './hidden-list.ts';
import type { Queryable } from './db.ts';
import { arrayLiteral } from './index-columns.ts';

/** A live row read for a write. */
export interface LockedRow {
  readonly pid: number;
  readonly ref: string;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly sortAt: number;
  readonly body: string;
}

/**
 * Live rows by identity (resource.ref); with `lock`, locked for the rest of the transaction, in pid order so that
 * transactions over the same rows queue instead of deadlocking.
 */
export async function readForWrite(
  db: Queryable,
  tenant: number,
  refs: readonly string[],
  lock: boolean,
): Promise<Map<string, LockedRow>> {
  // One identity goes as a value: with an array PostgreSQL would plan the statement anew each time.
  const isOne = refs.length === 1;
  const rows = await db.query<LockedRow>({
    name: `${lock ? 'lock' : 'read'}_${isOne ? 'one' : 'many'}_for_write`,
    text:
      `select pid, ref::text as ref, id, version, updated, sort_at as "sortAt", body, type as "bodyType", id as "bodyId" from resource ` +
      `where ${isOne ? 'ref = $1::bigint' : `ref = any(${hiddenList(1)})`} and tenant = $2${lock ? ' order by pid for update' : ''}`,
    values: [isOne ? refs[0] : arrayLiteral(refs), tenant],
    isBrief: isOne && !lock,
  });
  return new Map(rows.map((row) => [row.ref, row]));
}

export interface Tombstone {
  readonly pid: number;
  readonly version: number;
  readonly updated: number;
}

/** Newest tombstone by identity, for resources that are not live. */
export async function readTombstones(
  db: Queryable,
  tenant: number,
  refs: readonly string[],
): Promise<Map<string, Tombstone>> {
  const rows = await db.query<Tombstone & { ref: string }>({
    name: 'read_tombstones',
    text:
      `select distinct on (ref) ref::text as ref, pid, version, updated from history ` +
      `where ref = any(${hiddenList(1)}) and tenant = $2 and body is null order by ref, version desc`,
    values: [arrayLiteral(refs), tenant],
  });
  return new Map(rows.map((row) => [row.ref, row]));
}

/**
 * Serialises writers that agree on a 64-bit number (normalised criteria of a conditional interaction, identity of a
 * resource that is created by PUT or deleted) until the transaction ends. Sorted, so that two of them cannot deadlock.
 */
export async function lockNumbers(tx: Queryable, numbers: readonly string[]): Promise<void> {
  const sorted = [...new Set(numbers)].sort();
  await tx.query({
    name: 'lock_numbers',
    text: 'select pg_advisory_xact_lock(n) from unnest($1::bigint[]) n',
    values: [arrayLiteral(sorted)],
  });
}

/**
 * Whether a live resource other than `pids` refers to one of `keys` (ix_ref keys): the pids of at most `limit` of them.
 */
export async function referrers(
  db: Queryable,
  keys: readonly string[],
  pids: readonly number[],
  limit: number,
): Promise<{ type: number; id: string }[]> {
  return db.query({
    name: 'referrers',
    text:
      `select distinct r.type, r.id from ix_ref x join resource r on r.pid = x.pid ` +
      `where x.key = any($1::bigint[]) and x.pid <> all($2::bigint[]) limit $3`,
    values: [arrayLiteral(keys), arrayLiteral(pids), limit],
  });
}
