import { MIN_DATE } from '../index/date-range.ts';
import type { SearchTree, SortKey } from '../tree.ts';
import { dependsOnType, filtersCondition } from './filter.ts';
import { pageRows, type Axis } from './page-rows.ts';
import { createScope, type CompileContext, type Scope } from './scope.ts';
import { sortColumn } from './sort.ts';
import { finished, keyedRows, RESOURCE, sortedPage, type CompiledPage, type Position } from './sorted-page.ts';
import { allRows } from './condition-source.ts';
import type { Page } from './source.ts';

/** Stands for the date of resources without one when the oldest come first: they come last. */
const UNDATED = '9007199254740991::bigint';

/**
 * A page of matches in one statement.
 * Without `_sort`: the natural date, newest first, then the newer resource first. Ties of other orders are broken by pid
 * in the direction of the last key. Pages continue behind a position, so that rows that come or go elsewhere move nothing.
 * @param after where the page before ended; undefined on the first one
 * @param unused see Scope.unused; without it the page is never to be made anew
 */
export function compilePage(
  tree: SearchTree,
  context: CompileContext,
  after: Position | undefined,
  unused?: Set<number>,
): CompiledPage {
  const scope = createScope(context, axisOf(tree) === undefined ? 'joined' : 'nested', undefined, unused);
  const limit = tree.count + 1;
  const axis = axisOf(tree);
  if (axis === undefined) {
    const columns = tree.sort.map((key: SortKey) => sortColumn(scope, key, 'r'));
    const rows = segments(tree).map(
      ({ types, filters }) => `(${allRows(scope, types, filtersCondition(scope, types, filters))})`,
    );
    return sortedPage(scope, tree, columns, keyedRows(scope, columns, rows.join(' union all ')), after);
  }
  const page = pageOf(scope, axis.descending, limit, after);
  const rows = segments(tree)
    .map(({ types, filters }) => axisRows(scope, types, filters, axis, page))
    .join(' union all ');
  const text =
    `select ${RESOURCE}, p.sort_at as k0 from (${rows}) p join resource r on r.pid = p.pid and r.tenant = ${scope.tenant}` +
    page.tail('p.sort_at', 'p.pid');
  return { ...finished(scope, text), size: tree.count, keys: 1 };
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
