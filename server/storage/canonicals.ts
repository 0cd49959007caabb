import type { StoredVersion } from './body.ts';
import type { Queryable } from './db.ts';
import { arrayLiteral } from './index-columns.ts';

/** Which version of a resource is live. */
export interface LiveResource {
  readonly pid: number;
  readonly version: number;
}

/** The live resources of some types over all tenants, in order of creation, without their bodies. */
export async function liveResources(db: Queryable, typeIds: readonly number[]): Promise<LiveResource[]> {
  return db.query({
    name: 'live_resources',
    text:
      `with recursive t (tenant) as (select min(tenant) from resource union all ` +
      `select (select min(tenant) from resource where tenant > t.tenant) from t where t.tenant is not null) ` +
      `select r.pid, r.version from t join resource r on r.tenant = t.tenant and r.type = any($1::smallint[]) order by r.pid`,
    values: [arrayLiteral(typeIds)],
  });
}

/** Those of `pids` that are live, with the number of their type. */
export async function readByPids(
  db: Queryable,
  pids: readonly number[],
): Promise<(Omit<StoredVersion, 'type'> & { readonly pid: number; readonly type: number })[]> {
  return db.query({
    name: 'read_by_pids',
    text: 'select pid, type, id, version, updated, body from resource where pid = any($1::bigint[])',
    values: [arrayLiteral(pids)],
  });
}
