import type { ConceptPage, ConceptQuery } from '../code-system.ts';
import type { Condition, Selection } from './condition.ts';
import { CONCEPT_COLUMNS, type ConceptRow } from './read-concepts.ts';
import type { ReleaseReader } from './release-reader.ts';

/** Counting goes that far; beyond it the total stays unknown. */
const COUNT_LIMIT = 10_000;
/** What a count may cost in the planner's units: some ten milliseconds. */
const COUNT_COST = 15_000;

/** From a set of so few concepts all are collected and sorted; larger ones are met soon on a walk through the release. */
const FEW = 20_000;

/** A page of the selected concepts in the order of the release. */
export async function selectPage(
  reader: ReleaseReader,
  selection: Selection,
  query: Omit<ConceptQuery, 'text'>,
): Promise<ConceptPage> {
  const { condition, values } = await reader.prepare(selection);
  const where = activeOnly(query.isActiveOnly, condition)('c');
  const { offset, count } = query;
  const counted = await countedBelow(reader, query);
  // An expression is not what the index is sorted by.
  const order = counted !== undefined && counted < FEW ? 'c.id + 0' : 'c.id';
  const rows = await reader.query<ConceptRow>(
    `select ${CONCEPT_COLUMNS.map((column) => `c.${column}`).join(', ')} from ${reader.tables.concept} c where ${where} ` +
      `order by ${order} limit ${count + 1} offset ${offset}`,
    values,
  );
  const hasMore = rows.length > count;
  const isEnd = !hasMore && (rows.length > 0 || offset === 0);
  const total = isEnd ? offset + rows.length : (counted ?? (await countedTotal(reader, query, where, values)));
  return {
    concepts: await reader.concepts(rows.slice(0, count)),
    hasMore,
    ...(total === undefined ? {} : { total }),
  };
}

export function activeOnly(isActiveOnly: boolean, condition: Condition): Condition {
  return isActiveOnly ? (alias) => `${alias}.is_active and (${condition(alias)})` : condition;
}

/** What is below one concept was counted when the release was loaded. */
export async function countedBelow(
  { release, tables, query }: ReleaseReader,
  { filters, isActiveOnly }: Omit<ConceptQuery, 'text'>,
): Promise<number | undefined> {
  const { content } = release;
  const [filter] = filters;
  if (filter === undefined || filters.length > 1 || (isActiveOnly && content.hasInactiveBelow)) return undefined;
  const isHierarchy =
    (filter.property === 'concept' || filter.property === 'code') &&
    (filter.op === 'is-a' || filter.op === 'descendent-of');
  if (!isHierarchy || !content.isCaseSensitive) return undefined;
  const [row] = await query<{ descendants: number }>(
    `select descendants from ${tables.concept} where code = $1`,
    [filter.value],
    'descendants',
  );
  return row === undefined ? 0 : row.descendants + (filter.op === 'is-a' ? 1 : 0);
}

/** The whole release was counted too; the rest is counted up to a limit, unless that would be dear. */
async function countedTotal(
  { release, tables, query }: ReleaseReader,
  { filters, isActiveOnly }: Omit<ConceptQuery, 'text'>,
  where: string,
  values: readonly unknown[],
): Promise<number | undefined> {
  if (filters.length === 0) return isActiveOnly ? release.content.active : release.content.concepts;
  const count = `select count(*)::integer as total from (select from ${tables.concept} c where ${where} limit ${COUNT_LIMIT + 1}) found`;
  const [plan] = await query<ExplainRow>(`explain (format json) ${count}`, values);
  if ((plan?.['QUERY PLAN'][0]?.Plan['Total Cost'] ?? COUNT_COST) >= COUNT_COST) return undefined;
  const [row] = await query<{ total: number }>(count, values);
  return row === undefined || row.total > COUNT_LIMIT ? undefined : row.total;
}

/** https://www.postgresql.org/docs/current/sql-explain.html */
interface ExplainRow {
  readonly 'QUERY PLAN': readonly { readonly Plan: { readonly 'Total Cost': number } }[];
}
