import type { SearchTree } from '../tree.ts';
import { filtersCondition } from './filter.ts';
import { segments } from './page.ts';
import { createScope, type CompileContext, type Scope } from './scope.ts';
import { allRows } from './condition-source.ts';
import { named, type SearchStatement } from './statement.ts';
import { usedSlot } from './unused-slots.ts';

export interface CompiledCount {
  /** One row with `total`, the exact number of matches. */
  readonly statement: SearchStatement;
  /** The row also has `used`: when that is a slot there is no total, and the count is to be made anew (unused-slots.ts). */
  readonly isChecked: boolean;
}

export function compileCount(tree: SearchTree, context: CompileContext): CompiledCount {
  const unused = new Set<number>();
  const { scope, text } = matches(tree, context, unused);
  const { sql } = scope;
  const counted = `select count(*) as total from (${text}) m`;
  const isChecked = unused.size > 0;
  const checked = (): string =>
    `select g.used, case when g.used is null then (${counted}) end as total from (select ${usedSlot(scope, unused)} as used offset 0) g`;
  const whole = isChecked ? checked() : counted;
  return { statement: named(sql.prefix() + whole, sql.values), isChecked };
}

/** The planner's guess: one row with the plan in JSON, whose top node has "Plan Rows" (see fhir/search/read-page.ts). */
export function compileEstimate(tree: SearchTree, context: CompileContext): SearchStatement {
  const { scope, text } = matches(tree, context);
  const { sql } = scope;
  return { text: `explain (format json) ${sql.prefix()}${text}`, values: sql.values };
}

/** @param unused see Scope.unused */
function matches(
  tree: SearchTree,
  context: CompileContext,
  unused?: Set<number>,
): { readonly scope: Scope; readonly text: string } {
  const scope = createScope(context, 'joined', undefined, unused);
  const rows = segments(tree).map(
    ({ types, filters }) => `(${allRows(scope, types, filtersCondition(scope, types, filters))})`,
  );
  return { scope, text: rows.join(' union all ') };
}
