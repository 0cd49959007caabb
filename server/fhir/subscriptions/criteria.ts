import { fault, Fault } from '../../kernel/fault.ts';
import { queryPairs } from '../../search/parse/query-pairs.ts';
import { readSearch } from '../../search/parse/read-search.ts';
import type { Filter, SearchTree, ValueTest } from '../../search/tree.ts';
import type { Ctx, Engine } from '../engine.ts';
import { codeSetsOf } from '../search/code-sets-of.ts';

const MAX_VALUES = 200;
const DECIDABLE =
  'conditions on the resource itself are: tokens, references, dates, numbers, quantities, strings, uris (not :below), _id, ' +
  'with :not, :missing, :in and the other modifiers, and _filter of those';

/** `Observation?code=1234-5` taken apart; the query may be missing. @throws Fault 422 */
export function splitCriteria(engine: Engine, text: string, expression: string): { type: string; query: string } {
  const [, type = '', query = ''] = /^([A-Za-z]+)(?:\?(.*))?$/s.exec(text) ?? [];
  if (!engine.definitions.isResourceType(type)) {
    const shape = 'a resource type with search criteria, such as Observation?code=http://loinc.org|1234-5';
    throw bad(`"${text.slice(0, 200)}" is not ${shape}, nor the canonical of a topic`, expression);
  }
  if (engine.typeServers.has(type)) throw bad(`Nobody can subscribe to ${type}`, expression);
  return { type, query };
}

/**
 * A search that decides about one version at hand, as the database would.
 * @throws Fault 422 that says what cannot be used
 */
export async function readCriteria(
  engine: Engine,
  ctx: Ctx,
  type: string,
  query: string,
  expression: string,
): Promise<SearchTree> {
  const { definitions, registry, settings } = engine;
  let tree: SearchTree;
  try {
    tree = await readSearch(
      {
        resourceType: type,
        query,
        lenient: false,
        registry,
        definitions,
        baseUrl: ctx.baseUrl,
        defaultCount: 1,
        maxCount: settings.maxCount,
        maxValues: MAX_VALUES,
      },
      codeSetsOf(engine, ctx),
    );
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(
      'subscription.badCriteria',
      422,
      error.issues.map((issue) => ({ ...issue, expression: [expression] })),
    );
  }
  // What is no condition (_sort, _include, a parameter without a value) would be passed over in silence.
  if (tree.filters.length !== queryPairs(query).length) {
    throw bad(`Every parameter of "${query.slice(0, 200)}" must be a condition`, expression);
  }
  for (const filter of tree.filters) assertDecidable(filter, expression);
  return tree;
}

function assertDecidable(filter: Filter, expression: string): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const part of filter.filters) assertDecidable(part, expression);
      return;
    case 'not':
      assertDecidable(filter.filter, expression);
      return;
    case 'id':
    case 'missing':
      return;
    case 'param':
      if (filter.tests.every(isDecidable)) return;
      throw bad(
        `${filter.param.code} is compared in a way that only a search can decide; usable ${DECIDABLE}`,
        expression,
      );
    default:
      throw bad(
        `A ${NAMES[filter.kind] ?? filter.kind} asks about more than the resource that changed; usable ${DECIDABLE}`,
        expression,
      );
  }
}

const NAMES: Readonly<Record<string, string>> = {
  chain: 'chained parameter',
  has: '_has condition',
  list: '_list condition',
  narrative: '_text condition',
  content: '_content condition',
  updated: '_lastUpdated condition',
};

function isDecidable(test: ValueTest): boolean {
  switch (test.is) {
    case 'token':
    case 'string':
    case 'number':
    case 'quantity':
      return true;
    case 'reference':
      return test.hierarchy === undefined;
    case 'date':
      // What is near depends on the moment.
      return test.prefix !== 'ap';
    case 'uri':
      return test.mode !== 'below';
    default:
      return false;
  }
}

export function bad(text: string, expression: string): Fault {
  return fault('subscription.badCriteria', 422, 'not-supported', `${text}.`, expression);
}
