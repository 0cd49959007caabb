import type { Hasher } from '../index/key.ts';
import type { SearchTree } from '../tree.ts';
import { filtersCondition } from './filter.ts';
import { segments } from './page.ts';
import { createScope, type CompileContext, type Scope } from './scope.ts';
import { allRows } from './condition-source.ts';
import { inUse } from './probe.ts';
import { named, type SearchStatement } from './statement.ts';

/** Searches of several types have combinations of slots; beyond this many they are asked for each time. */
const MAX_REMEMBERED = 1000;

export interface CompiledCount {
  /** The exact number of matches: one row with `total`, which is null where it cannot be told. */
  readonly statement: SearchStatement;
  /** What to ask then. */
  readonly instead?: () => SearchStatement;
}

/**
 * How the matches are counted. What access keeps back by labels is left out by a join that takes longer to plan than many a
 * count takes to run, so that they are first counted as if nobody bore labels, by a statement that tells nothing unless
 * that is so: in the same snapshot, so that the first label of all is not missed.
 */
export function compileCount(tree: SearchTree, context: CompileContext): CompiledCount {
  const whole = (): SearchStatement => {
    const { scope, text } = matches(tree, context);
    return statement(scope, counted(text));
  };
  const unused = new Set<number>();
  const { scope, text } = matches(tree, context, unused);
  const slots = [...unused];
  if (slots.length === 0) return { statement: statement(scope, counted(text)) };
  if (isKnownInUse(context, slots)) return { statement: whole() };
  const checked = `select case when ${inUse(scope, slots)} then null else (${counted(text)}) end as total`;
  return {
    statement: statement(scope, checked),
    instead() {
      rememberInUse(context, slots);
      return whole();
    },
  };
}

function counted(rows: string): string {
  return `select count(*) as total from (${rows}) m`;
}

function statement({ sql }: Scope, text: string): SearchStatement {
  return named(`${sql.prefix()}${text}`, sql.values);
}

/** Slots, together, of which a statement found that they are in use: they are for good, so that it need not be asked again. */
const used = new WeakMap<Hasher, Set<string>>();

function isKnownInUse({ hasher }: CompileContext, slots: readonly number[]): boolean {
  return used.get(hasher)?.has(slots.join()) === true;
}

function rememberInUse({ hasher }: CompileContext, slots: readonly number[]): void {
  let known = used.get(hasher);
  if (known === undefined) used.set(hasher, (known = new Set()));
  if (known.size < MAX_REMEMBERED) known.add(slots.join());
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
