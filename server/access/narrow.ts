import { fault, type Fault } from '../kernel/fault.ts';
import type { SearchParam, SearchRegistry } from '../search/registry-types.ts';
import type {
  ChainFilter,
  Filter,
  HasFilter,
  Include,
  ParamFilter,
  SearchTree,
  TypeBranch,
  ValueTest,
} from '../search/tree.ts';
import type { Access } from './access.ts';
import { looksAt } from './hidden-path.ts';

/** Holds for no resource. */
const NEVER: Filter = { kind: 'or', filters: [] };

interface Narrowing {
  readonly access: Access;
  readonly registry: SearchRegistry;
}

/**
 * The search over what may be found, as if nothing else existed: at the types that are searched and at every resource
 * that a condition looks at besides (chains, `_has`, lists). Resources that includes lead to are for the caller, since
 * they are no part of the conditions.
 * @returns the same object when nothing is restricted
 * @throws Fault 403 for what would tell of hidden elements or of resources that cannot be asked about; it depends on the
 * names in the search alone, never on its values
 */
export function narrow(tree: SearchTree, access: Access, registry: SearchRegistry): SearchTree {
  if (access.isUnrestricted) return tree;
  if (tree.contained !== 'false') {
    throw refused('_contained', 'Contained resources can be searched only by those who may see every resource.');
  }
  const narrowing = { access, registry };
  for (const key of tree.sort) if (typeof key.by !== 'string') assertVisible(access, key.by);
  const includes = tree.includes.map((include) => visibleIncludes(access, include));
  const filters = tree.filters.map((filter) => narrowFilter(narrowing, tree.types, filter));
  const types = tree.types.filter((type) => access.allowed(type, 'search') !== 'none');
  if (types.length === 0) return { ...tree, filters: [NEVER] };
  return { ...tree, types, includes, filters: [...rootConditions(access, types), ...filters] };
}

/** What must hold of the resources that are searched; parts of a conjunction stand for themselves, so that each can be looked up. */
function rootConditions(access: Access, types: readonly string[]): readonly Filter[] {
  const [type = ''] = types;
  if (types.length === 1) {
    const condition = conditionOf(access, type);
    return condition.kind === 'and' ? condition.filters : [condition];
  }
  const branches = types.map((each): TypeBranch => ({ type: each, filter: conditionOf(access, each) }));
  return branches.every(({ filter }) => isAlways(filter)) ? [] : [{ kind: 'type', branches }];
}

function conditionOf(access: Access, type: string): Filter {
  const allowed = access.allowed(type, 'search');
  if (allowed === 'all') return { kind: 'and', filters: [] };
  return allowed === 'none' ? NEVER : allowed;
}

function isAlways(filter: Filter): boolean {
  return filter.kind === 'and' && filter.filters.length === 0;
}

function narrowFilter(narrowing: Narrowing, types: readonly string[], filter: Filter): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, filters: filter.filters.map((part) => narrowFilter(narrowing, types, part)) };
    case 'not':
      return { kind: 'not', filter: narrowFilter(narrowing, types, filter.filter) };
    case 'type':
      return {
        kind: 'type',
        branches: filter.branches.map(({ type, filter: inner }) => ({
          type,
          filter: narrowFilter(narrowing, [type], inner),
        })),
      };
    case 'param':
      assertVisible(narrowing.access, filter.param);
      return narrowHierarchies(narrowing.access, filter);
    case 'missing':
      assertVisible(narrowing.access, filter.param);
      return filter;
    case 'chain':
      return narrowChain(narrowing, filter);
    case 'has':
      return narrowHas(narrowing, filter);
    case 'list':
      return narrowList(narrowing, filter);
    case 'narrative':
    case 'content':
      assertWholeText(narrowing.access, types, filter.kind === 'content' ? '_content' : '_text');
      return filter;
    case 'id':
    case 'updated':
    case 'compartment':
    case 'no-context':
      return filter;
  }
}

function narrowChain(narrowing: Narrowing, { kind, param, branches }: ChainFilter): Filter {
  const { access } = narrowing;
  assertVisible(access, param);
  const narrowed = branches.flatMap(({ type, filter }): TypeBranch[] => {
    const inner = narrowFilter(narrowing, [type], filter);
    return access.allowed(type, 'search') === 'none' ? [] : [{ type, filter: within(access, type, inner) }];
  });
  return narrowed.length === 0 ? NEVER : { kind, param, branches: narrowed };
}

function narrowHas(narrowing: Narrowing, { kind, param, filter }: HasFilter): Filter {
  const { access } = narrowing;
  const { resourceType } = param;
  assertVisible(access, param);
  const inner = narrowFilter(narrowing, [resourceType], filter);
  if (access.allowed(resourceType, 'search') === 'none') return NEVER;
  return { kind, param, filter: within(access, resourceType, inner) };
}

/** Members of a List that may be seen: what a List that may be seen, with one of the ids, refers to. */
function narrowList({ access, registry }: Narrowing, filter: Extract<Filter, { kind: 'list' }>): Filter {
  const param = registry.param('List', 'item');
  if (param !== undefined) assertVisible(access, param);
  const allowed = access.allowed('List', 'search');
  if (allowed === 'all') return filter;
  if (allowed === 'none' || param === undefined) return NEVER;
  return { kind: 'has', param, filter: within(access, 'List', { kind: 'id', ids: filter.ids }) };
}

function within(access: Access, type: string, filter: Filter): Filter {
  const condition = conditionOf(access, type);
  return isAlways(condition) ? filter : { kind: 'and', filters: [condition, filter] };
}

function assertVisible(access: Access, param: SearchParam): void {
  if (!looksAt(param, access.hidden(param.resourceType))) return;
  const { code, resourceType } = param;
  throw refused(code, `${code} of ${resourceType} looks at elements that are hidden from you; search without it.`);
}

/** `:above` and `:below` on references walk over resources of another type: over those that may be seen. */
function narrowHierarchies(access: Access, filter: ParamFilter): ParamFilter {
  const isHierarchy = (test: ValueTest): boolean => test.is === 'reference' && test.hierarchy !== undefined;
  if (!filter.tests.some(isHierarchy)) return filter;
  const tests = filter.tests.map((test): ValueTest => {
    if (test.is !== 'reference' || test.hierarchy === undefined) return test;
    const types = [...new Set(test.targets.map((target) => target.slice(0, Math.max(target.indexOf('/'), 0))))];
    return { ...test, within: types.map((type) => ({ type, filter: conditionOf(access, type) })) };
  });
  return { ...filter, tests };
}

/** A wildcard follows what is shown; a reference that is named is refused. */
function visibleIncludes(access: Access, include: Include): Include {
  const { params } = include;
  const [only] = params;
  if (params.length === 1 && only !== undefined) assertVisible(access, only);
  const visible = params.filter((param) => !looksAt(param, access.hidden(param.resourceType)));
  return visible.length === params.length ? include : { ...include, params: visible };
}

function assertWholeText(access: Access, types: readonly string[], code: string): void {
  const [type] = types.filter((each) => access.hidden(each).length > 0);
  if (type !== undefined) throw refused(code, `Some elements of ${type} are hidden from you; search without ${code}.`);
}

function refused(code: string, text: string): Fault {
  return fault('access.searchRefused', 403, 'forbidden', text, `http.${code}`);
}
