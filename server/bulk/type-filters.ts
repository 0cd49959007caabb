import { narrow } from '../access/narrow.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { codeSetsOf } from '../fhir/search/code-sets-of.ts';
import { fault } from '../kernel/fault.ts';
import { queryPairs } from '../search/parse/query-pairs.ts';
import { readSearch } from '../search/parse/read-search.ts';
import type { Filter } from '../search/tree.ts';

const MAX_VALUES = 1000;
const MAX_FILTERS = 100;

/** Values may list several, separated by commas; a comma within one stands before no `Type?`. */
export function splitTypeFilters(values: readonly string[]): readonly string[] {
  const filters = values.flatMap((value) => value.split(/,(?=[A-Za-z]{1,64}\?)/)).filter((filter) => filter !== '');
  if (filters.length > MAX_FILTERS) throw bad(`There may be ${MAX_FILTERS} searches at most`);
  return filters;
}

/**
 * What of each type the searches let through, as the caller may ask it: of several searches of one type any.
 * @throws Fault 400 for what is no search, and for what is no condition in one
 */
export async function readTypeFilters(
  engine: Engine,
  ctx: Ctx,
  searches: readonly string[],
): Promise<ReadonlyMap<string, Filter>> {
  const byType = new Map<string, Filter[]>();
  for (const search of searches) {
    const { type, filter } = await readTypeFilter(engine, ctx, search);
    const known = byType.get(type);
    if (known === undefined) byType.set(type, [filter]);
    else known.push(filter);
  }
  return new Map([...byType].map(([type, filters]) => [type, { kind: 'or', filters }]));
}

export function typeOfFilter(search: string): string {
  return search.split('?', 1)[0] ?? '';
}

async function readTypeFilter(
  engine: Engine,
  ctx: Ctx,
  search: string,
): Promise<{ readonly type: string; readonly filter: Filter }> {
  const { definitions, registry, settings } = engine;
  const type = typeOfFilter(search);
  const query = search.slice(type.length + 1);
  if (!definitions.isResourceType(type) || query === '') {
    throw bad(
      `"${search.slice(0, 100)}" is no search such as Patient?gender=male (in URLs written as Patient%3Fgender%3Dmale)`,
    );
  }
  const input = {
    resourceType: type,
    query,
    lenient: false,
    registry,
    definitions,
    baseUrl: ctx.baseUrl,
    defaultCount: 1,
    maxCount: settings.maxCount,
    maxValues: MAX_VALUES,
  };
  const tree = await readSearch(input, codeSetsOf(engine, ctx));
  // What is no condition would be passed over in silence.
  if (tree.filters.length !== queryPairs(query).length) {
    throw bad(
      `Every parameter of "${search.slice(0, 100)}" must be a condition; _sort, _count, _include and the like are none`,
    );
  }
  return { type, filter: { kind: 'and', filters: narrow(tree, ctx.access, registry).filters } };
}

function bad(text: string): Error {
  return fault('bulk.badTypeFilter', 400, 'not-supported', `_typeFilter: ${text}.`, 'http._typeFilter');
}
