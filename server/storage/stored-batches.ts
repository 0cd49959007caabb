import type { Queryable } from './db.ts';

/** A live resource as {@link storedBatch} reads it. */
export interface StoredResource {
  readonly pid: number;
  readonly type: number;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly body: string;
}

/**
 * The next live resources after a pid, in the order of their creation; contained ones come with what contains them.
 * @param types type numbers; empty: all
 * @param since least last update, in milliseconds
 */
export async function storedBatch(
  db: Queryable,
  tenant: number,
  after: number,
  { types, since, limit }: { readonly types: readonly number[]; readonly since: number; readonly limit: number },
): Promise<readonly StoredResource[]> {
  return db.query({
    name: 'stored_batch',
    text:
      `select pid, type, id, version, updated, body from resource where tenant = $1 and pid > $2 and type > 0 ` +
      `and (cardinality($3::smallint[]) = 0 or type = any($3::smallint[])) and updated >= $4 order by pid limit $5`,
    values: [tenant, after, `{${types.join(',')}}`, since, limit],
  });
}

/** How many {@link storedBatch} will give in all. */
export async function countStored(
  db: Queryable,
  tenant: number,
  { types, since }: { readonly types: readonly number[]; readonly since: number },
): Promise<number> {
  const [row] = await db.query<{ count: number }>({
    text:
      `select count(*) as count from resource where tenant = $1 and type > 0 ` +
      `and (cardinality($2::smallint[]) = 0 or type = any($2::smallint[])) and updated >= $3`,
    values: [tenant, `{${types.join(',')}}`, since],
  });
  return row?.count ?? 0;
}
