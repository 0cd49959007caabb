import { hiddenList } from './hidden-list.ts';
import type { RowCondition } from '../search/compile/allowed.ts';
import { named } from '../search/compile/statement.ts';
import type { Queryable, Statement } from './db.ts';
import { arrayLiteral } from './index-columns.ts';
import type { MethodCode } from './insert.ts';
import { PID_OF_IDENTITY, type LiveVersion } from './read.ts';

/** One version as history shows it; of a deletion `body` is null. */
export interface HistoryRow {
  readonly pid: number;
  readonly type: number;
  readonly id: string;
  readonly version: number;
  /** Milliseconds. */
  readonly updated: number;
  readonly method: MethodCode;
  readonly body: string | null;
  /** Whether the version before it is a deletion. */
  readonly isRevival: boolean;
}

/** Which versions, newest first. Times in milliseconds. */
export interface HistoryWindow {
  /** Earliest time of a version's making. */
  readonly since: number;
  /** The row behind which this page starts; versions are ordered by (updated, pid), which no two share. */
  readonly before: { readonly updated: number; readonly pid: number };
  /** Only versions that were still current after that time. */
  readonly currentAfter: number | undefined;
  readonly limit: number;
}

const COLUMNS =
  'v.pid, v.type, v.id, v.version, v.updated, v.method, v.body, exists(select from history d ' +
  'where d.pid = v.pid and d.version = v.version - 1 and d.tenant = v.tenant and d.body is null) as "isRevival"';

/** Versions of one resource by identity (resource.ref). */
export function instanceHistory(tenant: number, ref: string, window: HistoryWindow): Statement {
  const { name, text, values } = branches('v.pid = (select pid from p)', 'v.version desc', window);
  return {
    name: `history_instance${name}`,
    text: `with p as materialized (${PID_OF_IDENTITY}) ${text} order by updated desc, pid desc limit $3`,
    values: [ref, tenant, ...values],
  };
}

/**
 * Versions of all resources of some types. Each type's newest are walked by its own indexes and then merged, so that the
 * history of the whole system needs no index of its own.
 */
export function typeHistory(tenant: number, types: readonly number[], window: HistoryWindow): Statement {
  const { name, text, values } = branches('v.type = t.type', 'v.updated desc, v.pid desc', window);
  return {
    name: `history_type${name}`,
    text:
      `select h.* from unnest($1::smallint[]) t(type) cross join lateral (${text}) h ` +
      `order by h.updated desc, h.pid desc limit $3`,
    values: [arrayLiteral(types), tenant, ...values],
  };
}

/** The version of each resource that is live, by pid, when it is allowed; undefined: when it is not. */
export async function liveVersions(
  db: Queryable,
  tenant: number,
  pids: readonly number[],
  allowed: RowCondition,
): Promise<ReadonlyMap<number, number | undefined>> {
  const values: unknown[] = [arrayLiteral(pids), tenant];
  const rows = await db.query<{ pid: number; version: number; isAllowed: boolean }>(
    named(
      `select r.pid, r.version, ${allowed('r', values)} as "isAllowed" from resource r where r.pid = any(${hiddenList(1)}) and r.tenant = $2`,
      values,
    ),
  );
  return new Map(rows.map(({ pid, version, isAllowed }) => [pid, isAllowed ? version : undefined]));
}

/** The newest versions with content of deleted resources, by pid; live ones are not among them. */
export async function lastVersions(
  db: Queryable,
  tenant: number,
  pids: readonly number[],
): Promise<ReadonlyMap<number, LiveVersion>> {
  const rows = await db.query<LiveVersion & { pid: number }>({
    name: 'last_versions',
    text:
      `select distinct on (h.pid) h.pid, h.version, h.updated, h.body, h.type as "bodyType", h.id as "bodyId" from history h where h.pid = any(${hiddenList(1)}) ` +
      `and h.tenant = $2 and h.body is not null and not exists (select from resource r where r.pid = h.pid and r.tenant = $2) ` +
      `order by h.pid, h.version desc`,
    values: [arrayLiteral(pids), tenant],
  });
  return new Map(rows.map((row) => [row.pid, row]));
}

/**
 * Live and superseded versions of one type or resource, each walked newest first. `$2` is the tenant.
 * @param order newest first, as an index has it
 */
function branches(
  which: string,
  order: string,
  { since, before, currentAfter, limit }: HistoryWindow,
): { readonly name: string; readonly text: string; readonly values: readonly number[] } {
  const walk = (table: string, condition: string): string =>
    `(select ${COLUMNS} from ${table} v where ${which} and v.tenant = $2 and (v.updated, v.pid) < ($4::bigint, $5::bigint) ` +
    `and v.updated >= $6${condition} order by ${order} limit $3)`;
  const values = [limit, before.updated, before.pid, since];
  if (currentAfter === undefined) {
    return { name: '', text: `${walk('resource', '')} union all ${walk('history', '')}`, values };
  }
  // A version ends when the next one of the same pid begins; the last one of a deleted resource never does.
  const end =
    `coalesce((select n.updated from history n where n.pid = v.pid and n.version = v.version + 1 and n.tenant = $2), ` +
    `(select n.updated from resource n where n.pid = v.pid and n.version = v.version + 1 and n.tenant = $2), $7::bigint + 1)`;
  return {
    name: '_at',
    text: `${walk('resource', '')} union all ${walk('history', ` and ${end} > $7::bigint`)}`,
    values: [...values, currentAfter],
  };
}
