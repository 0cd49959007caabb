import type { SearchTree } from '../tree.ts';
import { filtersCondition } from './filter.ts';
import { pageRows } from './page-rows.ts';
import { segments } from './page.ts';
import { createScope, type CompileContext, type Scope } from './scope.ts';
import type { Page } from './source.ts';
import { named, type SearchStatement } from './statement.ts';

/**
 * What each of many criteria finds, at most `limit` each, in one statement. Rows: criterion (place in `trees`), type
 * (number), id, version. Criteria that are one exact token (`identifier=system|value`) are looked up together.
 */
export function compileBatch(trees: readonly SearchTree[], context: CompileContext, limit: number): SearchStatement {
  const scope = createScope(context, 'nested');
  const { sql } = scope;
  const page: Page = {
    after: () => '',
    tail: (order, pid) => ` order by ${order} desc, ${pid} desc limit ${limit}`,
  };
  const exact: ExactToken[] = [];
  const selects: string[] = [];
  trees.forEach((tree, criterion) => {
    const token = exactToken(scope, tree);
    if (token !== undefined) exact.push({ ...token, criterion });
    else selects.push(...searched(scope, tree, criterion, page));
  });
  if (exact.length > 0) selects.unshift(lookedUp(scope, exact, limit));
  const text =
    `${sql.prefix()}select m.criterion, r.type, r.id, r.version from (${selects.join(' union all ')}) m ` +
    `join resource r on r.pid = m.pid and r.tenant = ${scope.tenant}`;
  return named(text, sql.values);
}

interface ExactToken {
  readonly key: string;
  readonly system: number | null;
  readonly criterion: number;
}

function exactToken(scope: Scope, { types, filters }: SearchTree): Omit<ExactToken, 'criterion'> | undefined {
  const [filter] = filters;
  if (types.length !== 1 || filters.length !== 1 || filter?.kind !== 'param' || filter.negated) return undefined;
  const condition = filtersCondition(scope, types, filters);
  if (condition.kind !== 'keys' || condition.table !== 'ix_token' || typeof condition.entries === 'string')
    return undefined;
  const [entry, ...others] = condition.entries;
  if (entry === undefined || others.length > 0) return undefined;
  return { key: entry.key, system: typeof entry.detail === 'number' ? entry.detail : null };
}

function lookedUp({ sql }: Scope, tokens: readonly ExactToken[], limit: number): string {
  const keys = sql.list(
    tokens.map(({ key }) => key),
    'bigint',
  );
  const systems = sql.list(
    tokens.map(({ system }) => system),
    'integer',
  );
  const criteria = sql.list(
    tokens.map(({ criterion }) => criterion),
    'integer',
  );
  return (
    `select k.criterion, w.pid from unnest(${keys}, ${systems}, ${criteria}) k(key, system, criterion) ` +
    `cross join lateral (select distinct d.pid from ix_token d where d.key = k.key and (k.system is null or d.system = k.system) limit ${limit}) w`
  );
}

function searched(scope: Scope, tree: SearchTree, criterion: number, page: Page): readonly string[] {
  return segments(tree).map(({ types, filters }) => {
    const rows = pageRows(scope, types, filtersCondition(scope, types, filters), 'sort_at', page);
    const w = scope.sql.alias('w');
    return `select ${criterion} as criterion, ${w}.pid from (${rows}) ${w}`;
  });
}
