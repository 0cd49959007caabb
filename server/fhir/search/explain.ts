import type { CompileContext } from '../../search/compile/compile-search.ts';
import type { SearchTree } from '../../search/tree.ts';
import type { Ctx } from '../engine.ts';
import type { FhirResponse } from '../request.ts';
import { firstPage } from './read-page.ts';

/**
 * `_explain=true`: instead of matches how they would be found, as Parameters: `tree` and `values` in JSON, `sql`, and
 * PostgreSQL's `plan`. The search itself does not run.
 */
export async function explain(ctx: Ctx, tree: SearchTree, context: CompileContext): Promise<FhirResponse> {
  const { text, values } = firstPage(tree, context);
  const lines = await ctx.db.query<{ 'QUERY PLAN': string }>({ text: `explain ${text}`, values });
  const parts = {
    tree: JSON.stringify(tree, withoutDetails),
    sql: text,
    values: JSON.stringify(values),
    plan: lines.map((line) => line['QUERY PLAN']).join('\n'),
  };
  const parameter = Object.entries(parts).map(([name, valueString]) => ({ name, valueString }));
  return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
}

/** A search parameter by its name instead of all that the registry knows of it. */
function withoutDetails(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('slots' in value) || !('code' in value)) return value;
  return String(value.code);
}
