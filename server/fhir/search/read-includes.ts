import type { Issue } from '../../kernel/fault.ts';
import { compileIncludes, type CompileContext } from '../../search/compile/compile-search.ts';
import type { Include, SearchTree } from '../../search/tree.ts';
import type { Ctx, Engine } from '../engine.ts';
import { allowedRows } from './allowed-rows.ts';
import type { FoundRow } from './read-page.ts';

/** How often `:iterate` is followed: deeper than hierarchies of locations and organizations are. */
const MAX_ROUNDS = 10;

export interface Included {
  readonly rows: readonly FoundRow[];
  /** What the client must know when not everything could be included. */
  readonly warnings: readonly Issue[];
}

const NOTHING: Included = { rows: [], warnings: [] };

/**
 * What `_include` and `_revinclude` add to a page's matches, each resource once: one statement per round.
 * https://hl7.org/fhir/R4/search.html#include
 */
export async function readIncludes(
  engine: Engine,
  ctx: Ctx,
  tree: SearchTree,
  context: CompileContext,
  matches: readonly FoundRow[],
): Promise<Included> {
  if (tree.includes.length === 0) return NOTHING;
  const max = engine.settings.maxIncludes;
  const allowed = allowedRows(engine, ctx, includedTypes(tree.includes), 'search');
  const iterating = tree.includes.filter((include) => include.iterate);
  const known = matches.map((row) => row.pid);
  const rows: FoundRow[] = [];
  let from = known.slice();
  for (let round = 0; from.length > 0; round += 1) {
    const includes = round === 0 ? tree.includes : iterating;
    if (round === MAX_ROUNDS && includes.length > 0) return { rows, warnings: [tooDeep()] };
    const statement = compileIncludes(includes, context, from, known, max + 1 - rows.length, allowed);
    if (statement === undefined) break;
    const found = await ctx.db.query<FoundRow>(statement);
    rows.push(...found);
    if (rows.length > max) return { rows: rows.slice(0, max), warnings: [tooMany(max)] };
    from = found.map((row) => row.pid);
    known.push(...from);
  }
  return { rows, warnings: [] };
}

/** Types that the includes can lead to. */
function includedTypes(includes: readonly Include[]): readonly string[] {
  const types = new Set<string>();
  for (const { direction, source, target, params } of includes) {
    if (direction === 'revinclude') types.add(source);
    else if (target !== undefined) types.add(target);
    else for (const type of params.flatMap(({ targets }) => targets)) types.add(type);
  }
  return [...types];
}

function tooMany(max: number): Issue {
  const text = `Only ${max} resources were included for this page; there are more. Ask for smaller pages (_count) or fewer includes.`;
  return { severity: 'warning', code: 'incomplete', text };
}

function tooDeep(): Issue {
  const text = `:iterate was followed ${MAX_ROUNDS} times; what lies beyond is not included.`;
  return { severity: 'warning', code: 'incomplete', text };
}
