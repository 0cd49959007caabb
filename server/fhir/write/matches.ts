import { fault, type Fault } from '../../kernel/fault.ts';
import { narrow } from '../../access/narrow.ts';
import { compileBatch } from '../../search/compile/compile-search.ts';
import { readSearch } from '../../search/parse/read-search.ts';
import type { SearchTree } from '../../search/tree.ts';
import type { Ctx, Engine } from '../engine.ts';
import { codeSetsOf } from '../search/code-sets-of.ts';
import { refuseContained } from '../search/refuse-contained.ts';

/** Search criteria of a conditional interaction or reference, `query` without `?`. */
export interface Criteria {
  readonly type: string;
  readonly query: string;
}

export interface Match {
  readonly type: string;
  readonly id: string;
  readonly version: number;
}

/** How many resources one conditional delete may remove. */
export const MAX_DELETES = 1000;
const MAX_VALUES = 1000;

/**
 * What each of the criteria finds, at most `limit` each, in one statement.
 * @param refusal what is thrown for a fault in the criteria at a place of the list
 * @throws Fault 400 when criteria are unknown, malformed or empty
 */
export async function findMatches(
  engine: Engine,
  ctx: Ctx,
  criteria: readonly Criteria[],
  limit = 2,
  refusal: (error: unknown, place: number) => unknown = (error) => error,
): Promise<Match[][]> {
  if (criteria.length === 0) return [];
  const trees: SearchTree[] = [];
  for (const [place, each] of criteria.entries()) {
    try {
      trees.push(await treeOf(engine, ctx, each, limit));
    } catch (error) {
      throw refusal(error, place);
    }
  }
  const statement = compileBatch(
    trees,
    { hasher: engine.hasher(ctx.tenant), definitions: engine.definitions, registry: engine.registry, now: ctx.now() },
    limit,
  );
  const rows = await ctx.db.query<{ criterion: number; type: number; id: string; version: number }>(statement);
  const matches: Match[][] = criteria.map(() => []);
  for (const row of rows) {
    matches[row.criterion]?.push({ type: engine.definitions.typeName(row.type), id: row.id, version: row.version });
  }
  return matches;
}

async function treeOf(engine: Engine, ctx: Ctx, { type, query }: Criteria, limit: number): Promise<SearchTree> {
  const input = {
    resourceType: type,
    query,
    lenient: false,
    registry: engine.registry,
    definitions: engine.definitions,
    baseUrl: ctx.baseUrl,
    defaultCount: limit,
    maxCount: engine.settings.maxCount,
    maxValues: MAX_VALUES,
  };
  const tree = await readSearch(input, codeSetsOf(engine, ctx));
  refuseContained(tree, 'the criteria of a conditional interaction');
  if (tree.filters.length > 0) return narrow(tree, ctx.access, engine.registry);
  const text = `"${type}?${query.slice(0, 200)}" has no search criteria; give at least one, such as identifier=system|value.`;
  throw fault('rest.noCriteria', 400, 'required', text, 'http.url');
}

/** The query in If-None-Exist: clients send it alone, behind a `?`, or as a whole URL; its values may hold a `?`. */
export function criteriaOf(ifNoneExist: string): string {
  return ifNoneExist.replace(/^[^?=&]*\?/, '');
}

/** The number that callers with the same criteria lock: order of the parameters does not matter. */
export function criteriaLock(engine: Engine, ctx: Ctx, criteria: Criteria): string {
  return engine.hasher(ctx.tenant).target(`criteria ${criteriaText(criteria)}`);
}

export function criteriaText({ type, query }: Criteria): string {
  return `${type}?${[...new URLSearchParams(query)]
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&')}`;
}

export function tooManyMatches(): Fault {
  const text = `More than ${MAX_DELETES} resources match; narrow the criteria.`;
  return fault('rest.tooManyMatches', 412, 'too-costly', text);
}

export function multipleMatches(criteria: Criteria, count: number): Fault {
  return fault(
    'rest.multipleMatches',
    412,
    'multiple-matches',
    `The criteria match ${count} or more ${criteria.type} resources; only one may match. Narrow them, for example by identifier.`,
  );
}
