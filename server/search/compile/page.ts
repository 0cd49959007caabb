import { MIN_DATE } from '../index/date-range.ts';
import type { SearchTree, SortKey } from '../tree.ts';
import { dependsOnType, filtersCondition } from './filter.ts';
import { pageRows, type Axis } from './page-rows.ts';
import { createScope, type CompileContext, type Scope } from './scope.ts';
import { sortColumn, type SortColumn } from './sort.ts';
import { allRows } from './condition-source.ts';
import type { Page } from './source.ts';
import { named, type SearchStatement } from './statement.ts';

/** Where a page ended: the sort keys of its last row, then its pid. */
export type Position = readonly (string | number | null)[];

export interface CompiledPage {
  /** Rows: pid, type (number), id, version, updated, body, k0, k1, …; one more than `size` when there is a next page. */
  readonly statement: SearchStatement;
  readonly size: number;
  /** How many columns k0, k1, … a row has. */
  readonly keys: number;
}

const COLUMNS = 'r.pid, r.type, r.id, r.version, r.updated, r.body';
/** Stands for the date of resources without one when the oldest come first: they come last. */
const UNDATED = '9007199254740991::bigint';

/**
 * A page of matches in one statement.
 * Without `_sort`: the natural date, newest first, then the newer resource first. Ties of other orders are broken by pid
 * in the direction of the last key. Pages continue behind a position, so that rows that come or go elsewhere move nothing.
 * @param after where the page before ended; undefined on the first one
 */
export function compilePage(tree: SearchTree, context: CompileContext, after: Position | undefined): CompiledPage {
  const scope = createScope(context, axisOf(tree) === undefined ? 'joined' : 'nested');
  const limit = tree.count + 1;
  const axis = axisOf(tree);
  if (axis === undefined) return sortedPage(scope, tree, limit, after);
  const page = pageOf(scope, axis.descending, limit, after);
  const rows = segments(tree)
    .map(({ types, filters }) => axisRows(scope, types, filters, axis, page))
    .join(' union all ');
  const text =
    `select ${COLUMNS}, p.sort_at as k0 from (${rows}) p join resource r on r.pid = p.pid and r.tenant = ${scope.tenant}` +
    page.tail('p.sort_at', 'p.pid');
  return { statement: finish(scope, text), size: tree.count, keys: 1 };
}

function finish({ sql }: Scope, text: string): SearchStatement {
  return named(sql.prefix() + text, sql.values);
}

interface AxisOrder {
  readonly axis: Axis;
  readonly descending: boolean;
  /** Some resources have no date. */
  readonly hasUndated: boolean;
}

/** The order as that of an index over all resources; undefined: keys must be read and sorted. */
function axisOf({ sort, types }: SearchTree): AxisOrder | undefined {
  const [key, ...others] = sort;
  if (key === undefined) return { axis: 'sort_at', descending: true, hasUndated: false };
  if (others.length > 0) return undefined;
  const { by, descending } = key;
  if (by === '_lastUpdated') return { axis: 'updated', descending, hasUndated: false };
  if (by === '_id' || !by.naturalSort || types.length > 1) return undefined;
  return { axis: 'sort_at', descending, hasUndated: !descending };
}

interface Segment {
  readonly types: readonly string[];
  readonly filters: SearchTree['filters'];
}

/** Types are searched together unless a filter means something else for each of them. */
export function segments({ types, filters }: SearchTree): readonly Segment[] {
  if (types.length === 1 || !filters.some(dependsOnType)) return [{ types, filters }];
  return types.map((type) => ({ types: [type], filters }));
}

function pageOf({ sql }: Scope, descending: boolean, limit: number, after: Position | undefined): Page {
  const [value, pid] = after ?? [];
  const direction = descending ? 'desc' : 'asc';
  const beyond = descending ? '<' : '>';
  return {
    after: (order, id) =>
      value === undefined
        ? ''
        : ` and (${order}, ${id}) ${beyond} (${sql.bind(Number(value), 'bigint')}, ${sql.bind(Number(pid), 'bigint')})`,
    tail: (order, id) => ` order by ${order} ${direction}, ${id} ${direction} limit ${limit}`,
  };
}

function axisRows(
  scope: Scope,
  types: readonly string[],
  filters: SearchTree['filters'],
  { axis, hasUndated }: AxisOrder,
  page: Page,
): string {
  const condition = filtersCondition(scope, types, filters);
  if (!hasUndated) return `(${pageRows(scope, types, condition, axis, page)})`;
  const min = scope.sql.bind(MIN_DATE, 'bigint');
  const dated: Page = { ...page, after: (order, pid) => ` and ${order} >= ${min}${page.after(order, pid)}` };
  const undated: Page = {
    after: (order, pid) => ` and ${order} < ${min}${page.after(UNDATED, pid)}`,
    tail: page.tail,
  };
  return (
    `(${pageRows(scope, types, condition, axis, dated)}) union all ` +
    `(select ${UNDATED}, u.pid from (${pageRows(scope, types, condition, axis, undated)}) u)`
  );
}

function sortedPage(scope: Scope, tree: SearchTree, limit: number, after: Position | undefined): CompiledPage {
  const columns = tree.sort.map((key: SortKey) => sortColumn(scope, key, 'r'));
  const rows = segments(tree)
    .map(({ types, filters }) => `(${allRows(scope, types, filtersCondition(scope, types, filters))})`)
    .join(' union all ');
  const keys = columns.map((column, index) => `${column.sql} as k${index}`).join(', ');
  const order = columns
    .map(({ descending }, index) => `s.k${index} ${descending ? 'desc' : 'asc'} nulls last`)
    .join(', ');
  const pidOrder = columns.at(-1)?.descending === true ? 'desc' : 'asc';
  const beyond = after === undefined ? '' : ` where ${behind(scope, columns, after, 0)}`;
  const sorted =
    `select s.* from (select r.pid, ${keys} from (${rows}) d ` +
    `join resource r on r.pid = d.pid and r.tenant = ${scope.tenant}) s${beyond} order by ${order}, s.pid ${pidOrder} limit ${limit}`;
  const names = columns.map((_column, index) => `s.k${index}`).join(', ');
  const text =
    `select ${COLUMNS}, ${names} from (${sorted}) s join resource r on r.pid = s.pid and r.tenant = ${scope.tenant} ` +
    `order by ${order}, s.pid ${pidOrder}`;
  return { statement: finish(scope, text), size: tree.count, keys: columns.length };
}

/** SQL: the row comes behind the position, by the keys from `index` on. */
function behind(scope: Scope, columns: readonly SortColumn[], after: Position, index: number): string {
  const { sql } = scope;
  const column = columns[index];
  const value = after[index] ?? null;
  if (column === undefined) {
    return `s.pid ${columns.at(-1)?.descending === true ? '<' : '>'} ${sql.bind(Number(value), 'bigint')}`;
  }
  const key = `s.k${index}`;
  const rest = behind(scope, columns, after, index + 1);
  if (value === null) return `(${key} is null and ${rest})`;
  const bound = sql.bind(value, column.type);
  return `(${key} ${column.descending ? '<' : '>'} ${bound} or ${key} is null or (${key} = ${bound} and ${rest}))`;
}
