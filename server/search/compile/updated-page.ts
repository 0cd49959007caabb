import type { SearchTree } from '../tree.ts';
import { filtersCondition } from './filter.ts';
import { pageRows } from './page-rows.ts';
import { segments } from './page.ts';
import { probe } from './probe.ts';
import { createScope, resourceSubject, type CompileContext, type Scope } from './scope.ts';
import type { CompiledPage } from './sorted-page.ts';
import type { Page } from './source.ts';
import { named } from './statement.ts';

/** Where a page in the order of `_lastUpdated` ended, and what its first page saw. */
export interface UpdatedPosition {
  readonly updated: number;
  readonly pid: number;
  /** `pg_current_snapshot()` of the first page: `xmin:xmax:running,…`. */
  readonly snapshot: string;
  /** Milliseconds: what the snapshot did not see was written with a later time. */
  readonly settled: number;
}

/**
 * A page by `_sort=_lastUpdated`; rows also have `snapshot`. An update moves its resource in this order; to come exactly
 * once, a resource stands where it stood when the first page was read, even when a write that was under way then had an
 * earlier time than the page. Resources last changed until `settled` stand where they are; those changed since are looked
 * up one by one.
 * @param position where the page before ended; undefined on the first one
 */
export function compileUpdatedPage(
  tree: SearchTree,
  context: CompileContext,
  position: UpdatedPosition | undefined,
): CompiledPage {
  const scope = createScope(context, 'nested');
  const { sql, tenant } = scope;
  const direction = tree.sort[0]?.descending === true ? 'desc' : 'asc';
  const tail = (order: string, pid: string): string =>
    ` order by ${order} ${direction}, ${pid} ${direction} limit ${tree.count + 1}`;
  const selects = segments(tree).flatMap(({ types, filters }) => {
    const condition = filtersCondition(scope, types, filters);
    if (position === undefined) return [pageRows(scope, types, condition, 'updated', { after: () => '', tail })];
    const after = behind(scope, direction, position);
    const settled = sql.bind(position.settled, 'bigint');
    const page: Page = { after: (order, pid) => `${after(order, pid)} and ${order} <= ${settled}`, tail };
    const moved =
      `select ${timeInSnapshot(scope, position)} as sort_at, r.pid from resource r where r.tenant = ${tenant} ` +
      `and r.type in (${types.map((type) => context.definitions.typeId(type)).join(', ')}) ` +
      `and r.updated > ${settled} and ${probe(scope, condition, resourceSubject('r'))}`;
    return [
      pageRows(scope, types, condition, 'updated', page),
      `select m.sort_at, m.pid from (${moved}) m where true${after('m.sort_at', 'm.pid')}${tail('m.sort_at', 'm.pid')}`,
    ];
  });
  const rows = selects.map((select) => `(${select})`).join(' union all ');
  const text =
    `select r.pid, r.type, r.id, r.version, r.updated, r.body, p.sort_at as k0, pg_current_snapshot()::text as snapshot ` +
    `from (${rows}) p join resource r on r.pid = p.pid and r.tenant = ${tenant}${tail('p.sort_at', 'p.pid')}`;
  return { statement: named(sql.prefix() + text, sql.values), size: tree.count, keys: 1, isChecked: false };
}

function behind({ sql }: Scope, direction: 'asc' | 'desc', { updated, pid }: UpdatedPosition): Page['after'] {
  const position = `(${sql.bind(updated, 'bigint')}, ${sql.bind(pid, 'bigint')})`;
  return (order, id) => ` and (${order}, ${id}) ${direction === 'desc' ? '<' : '>'} ${position}`;
}

/**
 * SQL: lastUpdated of the version of `r` that the snapshot saw: the oldest one that was superseded by a transaction that
 * the snapshot did not see, or the live one. Transaction numbers are compared modulo 2^32, which is all that rows keep.
 */
function timeInSnapshot({ sql, tenant }: Scope, { snapshot }: UpdatedPosition): string {
  const [, end = '0', running = ''] = snapshot.split(':');
  const first = sql.bind(end, 'bigint');
  const open = running === '' ? [] : running.split(',').map((id) => String(BigInt.asUintN(32, BigInt(id))));
  const later =
    `((h.xmin::text::bigint - ${first}) & 4294967295) < (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint - ${first}) ` +
    `or h.xmin::text::bigint = any(${sql.list(open, 'bigint')})`;
  return (
    `case when r.version = 1 then r.updated else coalesce((select h.updated from history h where h.pid = r.pid ` +
    `and h.tenant = ${tenant} and (${later}) order by h.version limit 1), r.updated) end`
  );
}
