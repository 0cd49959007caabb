import type { StoredVersion } from './body.ts';
import type { Queryable } from './db.ts';

/** All live resources of a type that has few of them (SearchParameter, …), over all tenants, in order of creation. */
export async function readByType(db: Queryable, typeId: number): Promise<Omit<StoredVersion, 'type'>[]> {
  return db.query({
    name: 'read_by_type',
    text:
      `with recursive t (tenant) as (select min(tenant) from resource union all ` +
      `select (select min(tenant) from resource where tenant > t.tenant) from t where t.tenant is not null) ` +
      `select r.id, r.version, r.updated, r.body from t join resource r on r.tenant = t.tenant and r.type = $1 order by r.pid`,
    values: [typeId],
  });
}
