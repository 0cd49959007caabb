import type { TokenRow } from '../search/index/row-types.ts';
import { MAX_CONTAINED } from '../search/index/row-types.ts';
import { containedPid } from './contained.ts';
import type { Queryable } from './db.ts';
import type { KeyedTable } from './diff.ts';
import { arrayLiteral, createIndexColumns, insertSql, type RowSet } from './index-columns.ts';

/** A body as {@link liveBodies} reads it for being stored again under other keys. */
export interface BodyRow {
  readonly pid: number;
  /** Negative: it is contained in another resource. */
  readonly type: number;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly sortAt: number;
  /** '' when the row was not asked for. */
  readonly body: string;
  /** Whether something in it is encrypted. */
  readonly isSealed: boolean;
}

const IS_SEALED = `strpos(body, '"\\/') > 0 as "isSealed"`;
const live = (body: string): string =>
  `select pid, type, id, version, updated, sort_at as "sortAt", ${body}, ${IS_SEALED} from resource`;
/** Of the rows that are not asked for no more is read than where they stand. */
const WANTED = `case when $4::text[] is null or body like any($4::text[]) then body else '' end as body`;

/** The keys (base 36) that encrypt something in the rows that are asked for; undefined: all rows are. */
export type WantedKeys = readonly string[] | undefined;

const patterns = (keys: WantedKeys): readonly string[] | null => keys?.map((key) => `%"\\\\/${key}.%`) ?? null;

/** The next live resources after a pid, each followed by what it contains; locked. */
export async function liveBodies(
  tx: Queryable,
  tenant: number,
  after: number,
  limit: number,
  keys: WantedKeys,
): Promise<BodyRow[]> {
  const containers = await tx.query<BodyRow>({
    name: 'live_bodies',
    text: `${live(WANTED)} where tenant = $1 and pid > $2 and pid > 0 order by pid limit $3 for no key update`,
    values: [tenant, after, limit, patterns(keys)],
  });
  const around = containers.filter(({ body }) => body.includes('"contained":['));
  if (around.length === 0) return containers;
  const contained = await tx.query<BodyRow>({
    name: 'contained_bodies',
    text:
      `${live('body')} where tenant = $1 and pid in (select r.pid from unnest($2::bigint[], $3::bigint[]) u(low, high) ` +
      `join resource r on r.pid between u.low and u.high and r.tenant = $1)`,
    values: [
      tenant,
      arrayLiteral(around.map(({ pid }) => containedPid(pid, MAX_CONTAINED - 1))),
      arrayLiteral(around.map(({ pid }) => containedPid(pid, 0))),
    ],
  });
  const byContainer = new Map<number, BodyRow[]>();
  for (const row of contained) {
    const container = Math.floor(-row.pid / MAX_CONTAINED);
    byContainer.set(container, [...(byContainer.get(container) ?? []), row]);
  }
  return containers.flatMap((row) => [row, ...(byContainer.get(row.pid) ?? [])]);
}

/** The next versions in history after (pid, version). */
export function historyBodies(
  tx: Queryable,
  tenant: number,
  after: { readonly pid: number; readonly version: number },
  limit: number,
  keys: WantedKeys,
): Promise<BodyRow[]> {
  return tx.query({
    name: 'history_bodies',
    text:
      `select pid, type, id, version, updated, updated as "sortAt", ${WANTED}, ${IS_SEALED} from history where tenant = $1 ` +
      `and (pid, version) > ($2::bigint, $3::integer) and body is not null order by pid, version limit $5`,
    values: [tenant, after.pid, after.version, patterns(keys), limit],
  });
}

export type StoredBody = Pick<BodyRow, 'pid' | 'version' | 'body'>;

/** Stores bodies as they are, of versions that stay what they are. */
export async function replaceBodies(
  tx: Queryable,
  tenant: number,
  table: 'resource' | 'history',
  rows: readonly StoredBody[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query({
    text:
      `update ${table} r set body = u.body from unnest($2::bigint[], $3::integer[], $4::text[]) u(pid, version, body) ` +
      `where r.tenant = $1 and r.pid = u.pid and r.version = u.version`,
    values: [
      tenant,
      arrayLiteral(rows.map((row) => row.pid)),
      arrayLiteral(rows.map((row) => row.version)),
      rows.map((row) => row.body),
    ],
  });
}

/** Numbers of the keys (base 36) that encrypt something in the tenant's next bodies, and where the next ones begin. */
export async function keysInUse(
  db: Queryable,
  tenant: number,
  table: 'resource' | 'history',
  after: number,
  limit: number,
): Promise<{ readonly keys: readonly string[]; readonly last: number | undefined }> {
  const [row] = await db.query<{ last: number | null; keys: string[] | null }>({
    text:
      `with page as materialized (select pid, body from ${table} where tenant = $1 and pid > $2 order by pid limit $3), ` +
      `last as (select max(pid) as pid from page), ` +
      `rest as (select p.body from ${table} p, last where p.tenant = $1 and p.pid = last.pid) ` +
      `select (select pid from last) as last, (select array_agg(distinct m[1]) from ` +
      `(select body from page union all select body from rest) b, regexp_matches(b.body, '"\\\\/([0-9a-z]+)\\.', 'g') m) as keys`,
    values: [tenant, after, limit],
  });
  return { keys: row?.keys ?? [], last: row?.last ?? undefined };
}

/** Whether no tenant has a resource. */
export async function isStoreEmpty(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ isEmpty: boolean }>({
    text: 'select not exists (select from resource) as "isEmpty"',
    values: [],
  });
  return row?.isEmpty === true;
}

/** Index rows of one resource. */
export interface OwnedRows<Rows> {
  readonly pid: number;
  readonly sortAt: number;
  readonly rows: Rows;
}

export async function deleteTokens(tx: Queryable, owned: readonly OwnedRows<readonly TokenRow[]>[]): Promise<void> {
  const rows = owned.flatMap(({ pid, sortAt, rows: tokens }) => tokens.map((token) => ({ ...token, pid, sortAt })));
  if (rows.length === 0) return;
  await tx.query({
    text:
      `delete from ix_token t using unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::integer[]) u(key, sort_at, pid, system) ` +
      `where t.key = u.key and t.sort_at = u.sort_at and t.pid = u.pid and t.system = u.system`,
    values: [
      arrayLiteral(rows.map((row) => row.key)),
      arrayLiteral(rows.map((row) => row.sortAt)),
      arrayLiteral(rows.map((row) => row.pid)),
      arrayLiteral(rows.map((row) => row.system)),
    ],
  });
}

export async function deleteKeyed(
  tx: Queryable,
  table: KeyedTable,
  owned: readonly OwnedRows<ReadonlySet<string>>[],
): Promise<void> {
  const rows = owned.flatMap(({ pid, rows: keys }) => [...keys].map((key) => ({ pid, key })));
  if (rows.length === 0) return;
  await tx.query({
    text: `delete from ${table} t using unnest($1::bigint[], $2::bigint[]) u(pid, key) where t.pid = u.pid and t.key = u.key`,
    values: [arrayLiteral(rows.map((row) => row.pid)), arrayLiteral(rows.map((row) => row.key))],
  });
}

export async function insertRows(tx: Queryable, tenant: number, owned: readonly OwnedRows<RowSet>[]): Promise<void> {
  const columns = createIndexColumns();
  for (const { pid, sortAt, rows } of owned) columns.add(pid, sortAt, rows);
  for (const { table, values } of columns.tables()) {
    await tx.query({ text: insertSql(table, 2, ''), values: [tenant, ...values] });
  }
}
