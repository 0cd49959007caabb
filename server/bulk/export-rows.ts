import type { RowCondition } from '../search/compile/allowed.ts';
import type { Queryable } from '../storage/db.ts';
import { arrayLiteral } from '../storage/index-columns.ts';
import { SUPPORTING } from './cohort.ts';

/** A resource on its way into a file. */
export interface ExportRow {
  readonly pid: number;
  readonly type: number;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly body: string;
}

export interface RowPage {
  readonly rows: readonly ExportRow[];
  /** Where the next page begins behind; undefined: there is none. */
  readonly last: number | undefined;
}

/** Resources that one statement looks at, and bytes of bodies after which a page ends. */
const WINDOW = 2000;
const MOST_BYTES = 2_000_000;

/**
 * The next page in the order of pids. A page is bounded by what is looked at, not by what is found, so that no statement is
 * long, whatever the condition.
 */
export async function exportPage(
  db: Queryable,
  tenant: number,
  after: number,
  types: readonly number[],
  condition: RowCondition,
): Promise<RowPage> {
  const [found] = await db.query<{ edge: number | null }>({
    name: 'bulk_edge',
    text: 'select max(pid) as edge from (select pid from resource where tenant = $1 and pid > $2 order by pid limit $3) w',
    values: [tenant, after, WINDOW],
  });
  const edge = found?.edge ?? undefined;
  if (edge === undefined) return { rows: [], last: undefined };
  const values: unknown[] = [tenant, after, edge, arrayLiteral(types), MOST_BYTES];
  const rows = await bounded(
    db,
    `r.pid <= $3 and r.type = any($4::smallint[]) and ${condition('r', values)}`,
    '',
    '$5',
    values,
  );
  return { rows: rows.rows, last: rows.isCut ? rows.rows.at(-1)?.pid : edge };
}

/** The next of those that exported resources refer to, see {@link keepSupporting}. */
export async function supportingPage(
  db: Queryable,
  tenant: number,
  work: string,
  after: number,
  condition: RowCondition,
): Promise<RowPage> {
  const values: unknown[] = [tenant, after, WINDOW, work, MOST_BYTES];
  const { rows, isCut } = await bounded(
    db,
    `s.tenant = $1 and s.work = $4::uuid and s.role = ${SUPPORTING} and ${condition('r', values)}`,
    'join bulk_ref s on s.ref = r.ref ',
    '$5',
    values,
    ' limit $3',
  );
  return { rows, last: isCut || rows.length === WINDOW ? rows.at(-1)?.pid : undefined };
}

/** `octet_length` looks at no body; at least one row comes, however large. */
async function bounded(
  db: Queryable,
  where: string,
  join: string,
  bytes: string,
  values: readonly unknown[],
  limit = '',
): Promise<{ readonly rows: readonly ExportRow[]; readonly isCut: boolean }> {
  const rows = await db.query<ExportRow & { before: number | null; whole: number }>({
    text:
      `select pid, type, id, version, updated, body, whole from (select w.*, ` +
      `sum(size) over (order by pid rows between unbounded preceding and 1 preceding) as before, count(*) over () as whole ` +
      `from (select r.pid, r.type, r.id, r.version, r.updated, r.body, octet_length(r.body) as size from resource r ${join}` +
      `where r.tenant = $1 and r.pid > $2 and ${where} order by r.pid${limit}) w) b ` +
      `where before is null or before < ${bytes} order by pid`,
    values,
  });
  return { rows, isCut: rows.length < (rows[0]?.whole ?? 0) };
}

/** Notes what exported resources refer to outside of the compartment. */
export async function keepSupporting(
  tx: Queryable,
  tenant: number,
  work: string,
  pids: readonly number[],
  types: readonly number[],
): Promise<void> {
  if (pids.length === 0 || types.length === 0) return;
  await tx.query({
    name: 'bulk_supporting',
    text:
      `insert into bulk_ref (tenant, work, role, ref) select distinct $1::smallint, $2::uuid, $3::smallint, c.ref from ix_ref x ` +
      `join resource c on c.ref = x.target and c.tenant = $1 where x.pid = any($4::bigint[]) and x.tenant = $1 ` +
      `and c.type = any($5::smallint[]) on conflict do nothing`,
    values: [tenant, work, SUPPORTING, arrayLiteral(pids), arrayLiteral(types)],
  });
}
