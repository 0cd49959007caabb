import type { Queryable } from './db.ts';

/** Which of these lines (see `Line.key` in import/read-lines.ts) were loaded before. */
export async function loadedLines(db: Queryable, tenant: number, keys: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ key: string }>({
    name: 'loaded_lines',
    text: `select replace(key::text, '-', '') as key from import_progress where key = any($1::uuid[]) and tenant = $2`,
    values: [keys, tenant],
  });
  return new Set(rows.map((row) => row.key));
}

/**
 * Marks lines as loaded, in the transaction that loads them. Answers those that were not loaded before; waits for other
 * transactions that are loading the same ones.
 */
export async function markLoaded(tx: Queryable, tenant: number, keys: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ key: string }>({
    name: 'mark_loaded',
    text:
      `insert into import_progress (key, tenant) select key, $2 from unnest($1::uuid[]) key order by key ` +
      `on conflict do nothing returning replace(key::text, '-', '') as key`,
    values: [keys, tenant],
  });
  return new Set(rows.map((row) => row.key));
}
