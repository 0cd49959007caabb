import type { StoredVersion } from './body.ts';
import type { Queryable } from './db.ts';
import { arrayLiteral } from './index-columns.ts';
import { MAIN_TENANT } from './tenants.ts';

/** Which version of a resource is live. */
export interface LiveResource {
  readonly pid: number;
  readonly version: number;
}

/** The main tenant's live resources of some types, in order of creation, without their bodies. */
export async function liveResources(db: Queryable, typeIds: readonly number[]): Promise<LiveResource[]> {
  return db.query({
    name: 'live_resources',
    text: 'select pid, version from resource where tenant = $2 and type = any($1::smallint[]) order by pid',
    values: [arrayLiteral(typeIds), MAIN_TENANT],
  });
}

/** Those of `pids` that are the main tenant's and live, with the number of their type. */
export async function readByPids(
  db: Queryable,
  pids: readonly number[],
): Promise<(Omit<StoredVersion, 'type'> & { readonly pid: number; readonly type: number })[]> {
  return db.query({
    name: 'read_by_pids',
    text: 'select pid, type, id, version, updated, body from resource where pid = any($1::bigint[]) and tenant = $2',
    values: [arrayLiteral(pids), MAIN_TENANT],
  });
}
