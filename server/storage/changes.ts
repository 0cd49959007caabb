import type { Queryable } from './db.ts';
import { arrayLiteral } from './index-columns.ts';

/**
 * The feed of all changes, read from the versions themselves by the transactions that made them. Transactions are numbered
 * when they begin to write and commit in any order; below the oldest one under way nothing can be added any more, so that
 * a reader who stays below it misses nothing. Reasons: server/docs/subscriptions.md
 */
export interface ChangePosition {
  readonly tx: number;
  readonly pid: number;
  readonly version: number;
}

export type Interaction = 'create' | 'update' | 'delete';

/** One version of a resource, without what it says; contained resources are none. */
export interface Change extends ChangePosition {
  readonly tenant: number;
  readonly type: number;
  readonly id: string;
  /** Milliseconds. */
  readonly updated: number;
  readonly interaction: Interaction;
  /** The transaction of the version before; null: there is none. */
  readonly txBefore: number | null;
}

export interface ChangePage {
  /** In the order of transactions; of one resource always in the order of its versions. */
  readonly changes: readonly Change[];
  /** Where the next page begins. */
  readonly end: ChangePosition;
  readonly isLast: boolean;
}

const LAST_PID = Number.MAX_SAFE_INTEGER;
const LAST_VERSION = 2_147_483_647;

/** Before the changes of all transactions from this one on. */
export function positionBefore(tx: number): ChangePosition {
  return { tx: tx - 1, pid: LAST_PID, version: LAST_VERSION };
}

const TX_BASE = `coalesce((select value::bigint from setting where name = 'feed_tx_base'), 0)`;

/** The oldest transaction that may still change something, as versions are numbered. */
export const FEED_BOUND = `pg_snapshot_xmin(pg_current_snapshot())::text::bigint + ${TX_BASE}`;

/** The first transaction that had not begun to write; of those before it the ones under way are apart. */
export const FEED_END = `pg_snapshot_xmax(pg_current_snapshot())::text::bigint + ${TX_BASE}`;

/** JSON: the transactions before the end that are under way. */
export const FEED_UNDER_WAY = `coalesce((select json_agg(x::text::bigint + ${TX_BASE})::text from pg_snapshot_xip(pg_current_snapshot()) x), '[]')`;

const INTERACTION = `case when v.method = 3 then 'delete' when v.version = 1 or (v.method < 2 and d.gone) then 'create' else 'update' end`;
const COLUMNS = `v.tenant, v.tx, v.pid, v.version, v.type, v.id, v.updated, d.tx as "txBefore", ${INTERACTION} as interaction`;
/**
 * Of a version the one before it; nothing is looked for where there can be none. Because of the limit it is looked for by its key and
 * never joined with the whole of the history, whatever the planner thinks of that.
 */
const BEFORE =
  `left join lateral (select h.tx, h.body is null as gone from history h ` +
  `where v.version > 1 and h.pid = v.pid and h.version = v.version - 1 and h.tenant = v.tenant limit 1) d on true`;

/** As a hash that is made once. */
const NOT_PASSED = '(v.pid, v.version) not in (select * from unnest($7::bigint[], $8::integer[]))';

/**
 * The next changes of some types behind a position and before a transaction, over all tenants.
 * @param bound see {@link FEED_BOUND}
 * @param passed versions that are left out where they are the live ones
 */
export async function readChanges(
  db: Queryable,
  after: ChangePosition,
  bound: number,
  types: readonly number[],
  limit: number,
  passed: readonly Pick<ChangePosition, 'pid' | 'version'>[] = [],
): Promise<ChangePage> {
  const walk = (table: string, condition: string): string =>
    `(select ${COLUMNS} from ${table} v ${BEFORE} where ${condition}v.tx > 0 and v.tx >= $1::bigint and v.tx < $4::bigint ` +
    `and (v.tx, v.pid, v.version) > ($1::bigint, $2::bigint, $3::integer) and v.type = any($5::smallint[]) ` +
    `order by v.tx, v.pid, v.version limit $6)`;
  const changes = await db.query<Change>({
    name: 'changes',
    text: `${walk('resource', `v.pid > 0 and ${NOT_PASSED} and `)} union all ${walk('history', '')} order by tx, pid, version limit $6`,
    values: [
      after.tx,
      after.pid,
      after.version,
      bound,
      arrayLiteral(types),
      limit,
      arrayLiteral(passed.map(({ pid }) => pid)),
      arrayLiteral(passed.map(({ version }) => version)),
    ],
  });
  const last = changes.at(-1);
  const isLast = changes.length < limit || last === undefined;
  const end = isLast ? positionBefore(bound) : { tx: last.tx, pid: last.pid, version: last.version };
  return { changes: inOrder([...changes, ...(await earlierVersions(db, changes, end))]), end, isLast };
}

/**
 * A transaction that began first may write a version later than one that began after it. Whoever is told of a version must
 * have been told of those before it: they are taken along when they stand behind the page.
 */
async function earlierVersions(db: Queryable, page: readonly Change[], end: ChangePosition): Promise<Change[]> {
  const known = new Set(page.map(versionText));
  const found: Change[] = [];
  const isMissing = ({ pid, version, txBefore }: Change): boolean =>
    txBefore !== null &&
    isBehind({ tx: txBefore, pid, version: version - 1 }, end) &&
    !known.has(`${pid} ${version - 1}`);
  let later = page.filter(isMissing);
  while (later.length > 0) {
    const before = await db.query<Change>({
      name: 'earlier_changes',
      text:
        `select ${COLUMNS} from unnest($1::bigint[], $2::integer[], $3::smallint[]) u(pid, version, tenant) ` +
        `join history v on v.pid = u.pid and v.version = u.version - 1 and v.tenant = u.tenant ${BEFORE}`,
      values: [
        arrayLiteral(later.map(({ pid }) => pid)),
        arrayLiteral(later.map(({ version }) => version)),
        arrayLiteral(later.map(({ tenant }) => tenant)),
      ],
    });
    found.push(...before);
    for (const change of before) known.add(versionText(change));
    later = before.filter(isMissing);
  }
  return found;
}

function isBehind(a: ChangePosition, b: ChangePosition): boolean {
  if (a.tx !== b.tx) return a.tx > b.tx;
  return a.pid === b.pid ? a.version > b.version : a.pid > b.pid;
}

/** Each place of a resource in the list gets the next of its versions. */
function inOrder(changes: readonly Change[]): readonly Change[] {
  const byPid = new Map<number, Change[]>();
  for (const change of changes) {
    const own = byPid.get(change.pid);
    if (own === undefined) byPid.set(change.pid, [change]);
    else own.push(change);
  }
  for (const own of byPid.values()) own.sort((a, b) => a.version - b.version);
  return changes.map((change) => byPid.get(change.pid)?.shift() ?? change);
}

/** By which versions are found among those that were read. */
export function versionText({ pid, version }: Pick<VersionKey, 'pid' | 'version'>): string {
  return `${pid} ${version}`;
}

/** A version that is asked for by its number. */
export interface VersionKey {
  readonly tenant: number;
  readonly pid: number;
  readonly version: number;
}

/** One version; of a deletion `body` is null. */
export interface KeptVersion extends VersionKey {
  readonly type: number;
  readonly id: string;
  readonly updated: number;
  readonly body: string | null;
}

/** Versions, live or superseded; those that were erased are not among them. @returns by `pid version` */
export async function readVersions(
  db: Queryable,
  keys: readonly VersionKey[],
): Promise<ReadonlyMap<string, KeptVersion>> {
  if (keys.length === 0) return new Map();
  const from = (table: string): string =>
    `select v.tenant, v.pid, v.version, v.type, v.id, v.updated, v.body from u join ${table} v ` +
    `on v.pid = u.pid and v.version = u.version and v.tenant = u.tenant`;
  const both = `${from('resource')} union all ${from('history')}`;
  const [first] = keys;
  const rows = await db.query<KeptVersion>(
    keys.length === 1 && first !== undefined
      ? {
          // A list's length is guessed where a plan is kept, so that one of its own is made each time; that takes longer than the reading.
          name: 'version',
          text: `with u as (select $1::bigint as pid, $2::integer as version, $3::smallint as tenant) ${both}`,
          values: [first.pid, first.version, first.tenant],
          isBrief: true,
        }
      : {
          name: 'versions',
          text: `with u as (select * from unnest($1::bigint[], $2::integer[], $3::smallint[]) u(pid, version, tenant)) ${both}`,
          values: [
            arrayLiteral(keys.map(({ pid }) => pid)),
            arrayLiteral(keys.map(({ version }) => version)),
            arrayLiteral(keys.map(({ tenant }) => tenant)),
          ],
        },
  );
  return new Map(rows.map((row) => [versionText(row), row]));
}

/**
 * Of each resource the version that decides who may see it: the live one, of a deleted one the last with content.
 * @returns by pid
 */
export async function decidingVersions(
  db: Queryable,
  keys: readonly Pick<VersionKey, 'tenant' | 'pid'>[],
): Promise<ReadonlyMap<number, KeptVersion>> {
  if (keys.length === 0) return new Map();
  const columns = 'v.tenant, v.pid, v.version, v.type, v.id, v.updated, v.body';
  const rows = await db.query<KeptVersion>({
    name: 'deciding_versions',
    text:
      `select v.* from unnest($1::bigint[], $2::smallint[]) u(pid, tenant) cross join lateral (` +
      `(select ${columns}, 0 as rank from resource v where v.pid = u.pid and v.tenant = u.tenant) union all ` +
      `(select ${columns}, 1 as rank from history v where v.pid = u.pid and v.tenant = u.tenant and v.body is not null ` +
      `order by v.version desc limit 1) order by rank limit 1) v`,
    values: [arrayLiteral(keys.map(({ pid }) => pid)), arrayLiteral(keys.map(({ tenant }) => tenant))],
  });
  return new Map(rows.map((row) => [row.pid, row]));
}
