import { mayRead } from '../fhir/interactions/visible.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { parseStored } from '../fhir/write/current.ts';
import { decidingVersions, type KeptVersion } from '../storage/changes.ts';
import type { Queryable } from '../storage/db.ts';
import { arrayLiteral } from '../storage/index-columns.ts';
import { COHORT } from './cohort.ts';

/** Entries of one Bundle. */
const PAGE = 100;

export interface DeletedPage {
  /** JSON text of a Bundle of type transaction; undefined: nothing that the caller may know of. */
  readonly bundle: string | undefined;
  /** Where the next page begins behind; undefined: there is none. */
  readonly last: number | undefined;
}

/**
 * Resources that were deleted after a time and are gone still, as far as the caller might have read them. Searches of the
 * export are not asked. https://hl7.org/fhir/uv/bulkdata/STU2/export.html#response---complete-status
 * @param slots those of the compartment; undefined: the whole system
 */
export async function deletedPage(
  engine: Engine,
  ctx: Ctx,
  work: string,
  since: number,
  after: number,
  types: readonly number[],
  slots: ReadonlySet<number> | undefined,
): Promise<DeletedPage> {
  const { tenant, db } = ctx;
  const gone = await db.query<{ pid: number }>({
    name: 'bulk_deleted',
    text:
      `select distinct h.pid from history h where h.tenant = $1 and h.body is null and h.updated > $2 and h.pid > $3 ` +
      `and h.type = any($4::smallint[]) and not exists (select from resource r where r.pid = h.pid and r.tenant = $1) order by h.pid limit $5`,
    values: [tenant, since, after, arrayLiteral(types), PAGE],
  });
  const versions = await decidingVersions(
    db,
    gone.map(({ pid }) => ({ pid, tenant })),
  );
  const entries: object[] = [];
  for (const version of versions.values()) {
    const type = engine.definitions.typeName(version.type);
    const { body } = version;
    if (body === null || !(await mayRead(engine, ctx, { ...version, type, body }))) continue;
    if (slots !== undefined && !(await wasInCohort(engine, ctx, work, slots, version, body))) continue;
    entries.push({ request: { method: 'DELETE', url: `${type}/${version.id}` } });
  }
  return {
    bundle:
      entries.length === 0
        ? undefined
        : JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: entries }),
    last: gone.length < PAGE ? undefined : gone.at(-1)?.pid,
  };
}

/** Of what is gone there are no index rows; they are made again. */
async function wasInCohort(
  engine: Engine,
  ctx: Ctx,
  work: string,
  slots: ReadonlySet<number>,
  version: KeptVersion,
  body: string,
): Promise<boolean> {
  const hasher = engine.hasher(ctx.tenant);
  const type = engine.definitions.typeName(version.type);
  const { refs } = engine.indexer.index(parseStored(type, { ...version, body }), hasher);
  const targets = refs.filter(({ key }) => slots.has(Number(BigInt(key) >> 48n))).map(({ target }) => target);
  return isCohort(ctx.db, ctx.tenant, work, [hasher.target(`${type}/${version.id}`), ...targets]);
}

async function isCohort(db: Queryable, tenant: number, work: string, refs: readonly string[]): Promise<boolean> {
  const rows = await db.query({
    name: 'bulk_in_cohort',
    text: 'select ref from bulk_ref where tenant = $1 and work = $2 and role = $3 and ref = any($4::bigint[]) limit 1',
    values: [tenant, work, COHORT, arrayLiteral(refs)],
  });
  return rows.length > 0;
}
