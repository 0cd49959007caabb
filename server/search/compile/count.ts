import type { SearchTree } from '../tree.ts';
import { filtersCondition } from './filter.ts';
import { segments } from './page.ts';
import { createScope, type CompileContext } from './scope.ts';
import { allRows } from './condition-source.ts';
import type { Sql } from './sql.ts';
import { named, type SearchStatement } from './statement.ts';

/** The exact number of matches: one row with `total`. */
export function compileCount(tree: SearchTree, context: CompileContext): SearchStatement {
  const { sql, text } = matches(tree, context);
  return named(`${sql.prefix()}select count(*) as total from (${text}) m`, sql.values);
}

/** The planner's guess: one row with the plan in JSON, whose top node has "Plan Rows" (see fhir/search/read-page.ts). */
export function compileEstimate(tree: SearchTree, context: CompileContext): SearchStatement {
  const { sql, text } = matches(tree, context);
  return { text: `explain (format json) ${sql.prefix()}${text}`, values: sql.values };
}

function matches(tree: SearchTree, context: CompileContext): { readonly sql: Sql; readonly text: string } {
  const scope = createScope(context, 'joined');
  const rows = segments(tree).map(
    ({ types, filters }) => `(${allRows(scope, types, filtersCondition(scope, types, filters))})`,
  );
  return { sql: scope.sql, text: rows.join(' union all ') };
}
