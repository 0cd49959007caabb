import type { Condition } from './condition.ts';
import { probe } from './probe.ts';
import { SURE } from './rank.ts';
import type { Scope, Subject } from './scope.ts';
import { sourceOf, typeSource } from './condition-source.ts';
import type { Page, Source } from './source.ts';

/** The column that a page is ordered by, where an index of all resources has that order. */
export type Axis = 'sort_at' | 'updated';

/** Rows that are read beforehand to find out whether a condition leaves few. */
const CAP = 1000;
/** So few that nothing is gained by counting the next condition's. */
const FEW = 100;

interface Candidate {
  readonly source: Source;
  /** Conditions that the source's rows have not been asked about. */
  readonly others: readonly Condition[];
  readonly isOrdered: boolean;
}

/**
 * A select of `sort_at, pid` for one page: the condition that leaves the fewest resources is looked up, the others are
 * asked of its rows. What cannot be told from the conditions' kinds is decided while the search runs by counting up to
 * {@link CAP} rows: a condition that leaves more is asked of the rows of a walk in the page's order, which then soon finds
 * enough. Measurements: server/docs/decisions/0004-search-plans.md.
 */
export function pageRows(scope: Scope, types: readonly string[], condition: Condition, axis: Axis, page: Page): string {
  const conditions = condition.kind === 'and' ? condition.conditions : [condition];
  const [first, second] = candidates(scope, types, conditions, axis);
  const walk = { source: typeSource(scope, types, axis), others: conditions, isOrdered: true };
  if (first === undefined) return rowsOf(scope, walk, axis, page, '');
  if (first.source.rank < SURE || (second === undefined && first.isOrdered))
    return rowsOf(scope, first, axis, page, '');
  const tried = second === undefined ? [first] : [first, second];
  const bounded = tried.map(({ source, others, isOrdered }, place) => ({
    // The second has to be counted only as far as the first one went.
    ...source.bounded(CAP, place === 0 ? undefined : `least(${CAP}, n.n1)`),
    others,
    isOrdered,
    fanOut: second === undefined ? 1 : source.fanOut,
  }));
  const dense = bounded.findIndex(({ isOrdered }) => isOrdered);
  const branches: readonly Candidate[] = dense === -1 ? [...bounded, walk] : bounded;
  const counts = bounded.map(({ count, fanOut }) => (fanOut === 1 ? count : `${count} * ${fanOut}`));
  const choice = scope.sql.once(chooseSql(counts, dense === -1 ? tried.length : dense));
  return branches
    .map((branch, index) => `(${rowsOf(scope, branch, axis, page, ` and (select branch from ${choice}) = ${index}`)})`)
    .join(' union all ');
}

function candidates(
  scope: Scope,
  types: readonly string[],
  conditions: readonly Condition[],
  axis: Axis,
): readonly Candidate[] {
  const hasKeys = conditions.some(({ kind }) => kind === 'keys');
  const isNatural = (condition: Condition): boolean => condition.kind === 'rows' && condition.natural !== undefined;
  const firstNatural = conditions.find(isNatural);
  return conditions
    .flatMap((condition): Candidate[] => {
      // The natural date is a range of every index in its order: of the rows of a key, or of its own.
      const isCovered = axis === 'sort_at' && isNatural(condition) && (hasKeys || condition !== firstNatural);
      const source = isCovered ? undefined : sourceOf(scope, types, condition);
      if (source === undefined) return [];
      const others = conditions.filter((other) => other !== condition);
      return [{ source, others, isOrdered: axis === 'sort_at' && source.isOrdered }];
    })
    .sort((a, b) => a.source.rank - b.source.rank);
}

function rowsOf(scope: Scope, { source, others, isOrdered }: Candidate, axis: Axis, page: Page, gate: string): string {
  const rest = (subject: Subject): string =>
    gate + others.map((other) => ` and ${probe(scope, other, subject)}`).join('');
  if (axis === 'sort_at' || isOrdered) return source.rows(rest, page);
  const p = scope.sql.alias('p');
  const r = scope.sql.alias('r');
  const order = `${r}.updated`;
  const pid = `${r}.pid`;
  return (
    `select distinct ${order} as sort_at, ${pid} from (${source.rows(rest, undefined)}) ${p} ` +
    `join resource ${r} on ${pid} = ${p}.pid and ${r}.tenant = ${scope.tenant}${page.after(order, pid)}${page.tail(order, pid)}`
  );
}

/** SQL of the number of the branch that runs; `dense` when no condition leaves few. */
function chooseSql([first = '0', second]: readonly string[], dense: number): string {
  if (second === undefined) {
    return `select case when n.n1 < ${CAP} then 0 else ${dense} end as branch from (select ${first} as n1) n`;
  }
  const both = `select case when n.n1 <= m.n2 and n.n1 < ${CAP} then 0 when m.n2 < ${CAP} then 1 else ${dense} end from (select ${second} as n2) m`;
  return `select case when n.n1 < ${FEW} then 0 else (${both}) end as branch from (select ${first} as n1) n`;
}
