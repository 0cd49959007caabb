import { MAX_CONTAINED } from '../index/row-types.ts';
import type { SearchTree } from '../tree.ts';
import { allRows } from './condition-source.ts';
import { filtersCondition } from './filter.ts';
import { segments } from './page.ts';
import { containedScope, createScope, type CompileContext, type Scope } from './scope.ts';
import { sortColumn, type SortColumn } from './sort.ts';
import { finished, keyedRows, keyOrder, sortedPage, type CompiledPage, type Position } from './sorted-page.ts';
import type { SearchStatement } from './statement.ts';

/** SQL: the pid of the resource that contains `r`, see storage/contained.ts. */
const CONTAINER = `(-r.pid / ${MAX_CONTAINED})`;

const BESIDE = {
  columns: 'c.type as "containerType", c.id as "containerId", ',
  join: `left join resource c on r.pid < 0 and c.pid = ${CONTAINER} and c.tenant = r.tenant `,
};

/**
 * A page of `_contained=true` or `both`. Rows of contained resources have a negative type and also `containerType` and
 * `containerId`; with `_containedType=container` the containers stand for them, each once, where the first of its matches
 * stands. All matches are read and sorted. https://hl7.org/fhir/R4/search.html#contained
 */
export function compileContainedPage(
  tree: SearchTree,
  context: CompileContext,
  after: Position | undefined,
): CompiledPage {
  const scope = createScope(context, 'joined');
  // Contained resources are always among those searched, so that no value of these columns is left unused.
  const columns = columnsOf(containedScope(scope), tree);
  const keyed = matches(scope, tree)
    .map(({ scope: own, rows, pid }) => keyedRows(own, columnsOf(own, tree), rows, pid))
    .join(' union all ');
  const once =
    tree.containedType === 'contained'
      ? keyed
      : `select distinct on (s.pid) s.* from (${keyed}) s order by s.pid, ${keyOrder(columns)}`;
  return sortedPage(scope, tree, columns, once, after, BESIDE);
}

/** The exact number of matches: one row with `total`. */
export function compileContainedCount(tree: SearchTree, context: CompileContext): SearchStatement {
  const scope = createScope(context, 'joined');
  const rows = matches(scope, tree).map((match) => `select ${match.pid} from (${match.rows}) r`);
  const text = `select count(distinct m.pid) as total from (${rows.join(' union all ')}) m`;
  return finished(scope, text).statement;
}

interface Matches {
  readonly scope: Scope;
  /** A select of `sort_at, pid`. */
  readonly rows: string;
  /** SQL over alias `r`: the pid that is answered. */
  readonly pid: string;
}

function matches(scope: Scope, tree: SearchTree): readonly Matches[] {
  const inner = containedScope(scope);
  const pid = tree.containedType === 'contained' ? 'r.pid' : `${CONTAINER} as pid`;
  return segments(tree).flatMap(({ types, filters }): Matches[] => {
    const rowsIn = (own: Scope): string => allRows(own, types, filtersCondition(own, types, filters));
    const contained = { scope: inner, rows: rowsIn(inner), pid };
    return tree.contained === 'true' ? [contained] : [contained, { scope, rows: rowsIn(scope), pid: 'r.pid' }];
  });
}

/** Without `_sort`: the natural date, newest first. */
function columnsOf(scope: Scope, { sort }: SearchTree): readonly SortColumn[] {
  if (sort.length === 0) return [{ sql: 'r.sort_at', type: 'bigint', descending: true }];
  return sort.map((key) => sortColumn(scope, key, 'r'));
}
