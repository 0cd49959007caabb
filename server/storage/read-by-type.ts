import type { StoredVersion } from './body.ts';
import type { Queryable } from './db.ts';
import { MAIN_TENANT } from './tenants.ts';

/** All live resources of a type that has few of them (SearchParameter, …), of the main tenant, in order of creation. */
export async function readByType(db: Queryable, typeId: number): Promise<Omit<StoredVersion, 'type'>[]> {
  return db.query({
    name: 'read_by_type',
    text: 'select id, version, updated, body, type as "bodyType", id as "bodyId" from resource where tenant = $2 and type = $1 order by pid',
    values: [typeId, MAIN_TENANT],
  });
}
