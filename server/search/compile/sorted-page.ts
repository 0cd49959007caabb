import type { SearchTree } from '../tree.ts';
import type { Scope } from './scope.ts';
import type { SortColumn } from './sort.ts';
import { named, type SearchStatement } from './statement.ts';
import { usedSlot } from './unused-slots.ts';

/** Where a page ended: the sort keys of its last row, then its pid. */
export type Position = readonly (string | number | null)[];

export interface CompiledPage {
  /** Rows: pid, type (number), id, version, updated, body, k0, k1, …; one more than `size` when there is a next page. */
  readonly statement: SearchStatement;
  readonly size: number;
  /** How many columns k0, k1, … a row has. */
  readonly keys: number;
  /**
   * Rows also have `used`: when that is a slot, there are none, and the page is to be made anew (unused-slots.ts). Without
   * rows there is one of nulls.
   */
  readonly isChecked: boolean;
}

/** What is read of `resource r` to answer. */
export const RESOURCE = 'r.pid, r.type, r.id, r.version, r.updated, r.body';

/** A select of `pid, k0, k1, …`. @param rows a select of `sort_at, pid` */
export function keyedRows(scope: Scope, columns: readonly SortColumn[], rows: string, pid = 'r.pid'): string {
  const keys = columns.map((column, index) => `${column.sql} as k${index}`).join(', ');
  return `select ${pid}, ${keys} from (${rows}) d join resource r on r.pid = d.pid and r.tenant = ${scope.tenant}`;
}

/** `s.k0 desc nulls last, …` */
export function keyOrder(columns: readonly SortColumn[]): string {
  return columns.map(({ descending }, index) => `s.k${index} ${descending ? 'desc' : 'asc'} nulls last`).join(', ');
}

/**
 * A page out of all matches with their sort keys.
 * @param keyed a select of `pid, k0, k1, …`
 * @param beside further columns of the answer, and the join that they come from
 */
export function sortedPage(
  scope: Scope,
  tree: SearchTree,
  columns: readonly SortColumn[],
  keyed: string,
  after: Position | undefined,
  beside: { readonly columns: string; readonly join: string } = { columns: '', join: '' },
): CompiledPage {
  const order = keyOrder(columns);
  const pidOrder = columns.at(-1)?.descending === true ? 'desc' : 'asc';
  const beyond = after === undefined ? '' : ` where ${behind(scope, columns, after, 0)}`;
  const sorted = `select s.* from (${keyed}) s${beyond} order by ${order}, s.pid ${pidOrder} limit ${tree.count + 1}`;
  const names = columns.map((_column, index) => `s.k${index}`).join(', ');
  const text =
    `select ${RESOURCE}, ${beside.columns}${names} from (${sorted}) s join resource r on r.pid = s.pid and r.tenant = ${scope.tenant} ` +
    `${beside.join}order by ${order}, s.pid ${pidOrder}`;
  return { ...finished(scope, text), size: tree.count, keys: columns.length };
}

/** The end of a page's compilation. Whatever is taken for unused is found out beside it: one row of nulls comes with the slot. */
export function finished(scope: Scope, text: string): Pick<CompiledPage, 'statement' | 'isChecked'> {
  const { sql, unused = NO_SLOTS } = scope;
  const isChecked = unused.size > 0;
  const checked = (): string =>
    `select g.used, q.* from (select ${usedSlot(scope, unused)} as used offset 0) g left join lateral (${text}) q on g.used is null`;
  const whole = isChecked ? checked() : text;
  return { statement: named(sql.prefix() + whole, sql.values), isChecked };
}

const NO_SLOTS: ReadonlySet<number> = new Set();

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
