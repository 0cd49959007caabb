import type { BulkConnection } from '../../server/storage/bulk-connection.ts';
import { dropRelease, lockUrl } from './staging.ts';

export interface ListedRelease {
  readonly id: number;
  readonly url: string;
  readonly version: string;
  readonly state: string;
  readonly format: string;
  readonly sha256: string;
  readonly concepts: number | null;
  readonly changed: string;
  readonly bytes: number;
}

/** All releases, also those whose load was interrupted. */
export function listReleases(connection: BulkConnection): Promise<readonly ListedRelease[]> {
  return connection.query<ListedRelease>({
    text:
      `select id, url, version, state, format, sha256, (content::jsonb ->> 'concepts')::integer as concepts, ` +
      `to_char(changed at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as changed, ` +
      `(select coalesce(sum(pg_total_relation_size(t.oid)), 0)::float8 from pg_class t where t.relnamespace = 'terminology'::regnamespace ` +
      `and t.relkind = 'r' and t.relname like '%\\_' || release.id) as bytes ` +
      `from terminology.release where state <> 'removed' order by url, state, version`,
    values: [],
  });
}

/** @returns whether there was such a release */
export async function removeRelease(connection: BulkConnection, url: string, version: string): Promise<boolean> {
  return connection.transaction(async () => {
    const removed = await connection.query({
      text: `update terminology.release set state = 'removed', changed = now() where url = $1 and version = $2 and state <> 'removed' returning id`,
      values: [url, version],
    });
    return removed.length > 0;
  });
}

/** Makes a release that is there the current one. @returns whether there is such a release */
export async function useRelease(connection: BulkConnection, url: string, version: string): Promise<boolean> {
  return connection.transaction(async () => {
    const run = (text: string, values: readonly unknown[]): Promise<unknown[]> => connection.query({ text, values });
    const known = await run(
      `select id from terminology.release where url = $1 and version = $2 and state in ('active', 'retired')`,
      [url, version],
    );
    if (known.length === 0) return false;
    await run(`update terminology.release set state = 'retired' where url = $1 and state = 'active'`, [url]);
    await run(
      `update terminology.release set state = 'active', changed = now() where url = $1 and version = $2 and state = 'retired'`,
      [url, version],
    );
    return true;
  });
}

/**
 * Drops the tables of releases that were removed or replaced, except those that were a moment ago: requests may still read
 * them.
 */
export async function sweepReleases(connection: BulkConnection): Promise<void> {
  const removed = await connection.query<{ id: number; url: string }>({
    text: `select id, url from terminology.release where state = 'removed' and changed < now() - interval '1 minute'`,
    values: [],
  });
  for (const { id, url } of removed) if (await lockUrl(connection, url)) await dropRelease(connection, id);
}
