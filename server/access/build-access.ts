import type { JsonObject } from '../kernel/json.ts';
import type { CompileContext } from '../search/compile/compile-search.ts';
import type { Indexer } from '../search/index/indexer.ts';
import type { IndexRows } from '../search/index/row-types.ts';
import { matches, type IndexedResource } from '../search/match/matches.ts';
import type { Access, Action, Allowed } from './access.ts';
import { hiddenEverywhere, sharedPaths } from './masks.ts';
import { mayCall } from './may-call.ts';
import { createRules, type RuleInput } from './rules.ts';
import { writeRefusal } from './write-refusal.ts';

/** Access without who asks: equal principals share it. */
export type Decisions = Omit<Access, 'principal'>;

/** Of somebody whose policies cannot be read. */
export const NOTHING: Decisions = {
  isUnrestricted: false,
  allowed: () => 'none',
  permits: () => false,
  refusal: () => 'Your roles cannot be read; ask an administrator.',
  hidden: () => [],
  hiddenIn: () => [],
  mayCall: () => false,
};

export interface AccessInput extends RuleInput {
  readonly context: CompileContext;
  readonly indexer: Indexer;
}

const LOOKING: readonly Action[] = ['read', 'search'];

/** Rules are worked out for a type when it is first asked about. */
export function buildAccess(input: AccessInput): Decisions {
  const { context, indexer, roles, principal } = input;
  const rules = createRules(input);
  const allowed = memoized((type, action) => rules.allowed(type, action));
  const shown = memoizedByType((type) => rules.selections(type, LOOKING));
  const hidden = memoizedByType((type) => hiddenEverywhere(shown(type)));
  const creating = memoizedByType((type) => rules.selections(type, ['create']));
  const updating = memoizedByType((type) => rules.selections(type, ['update']));
  const indexed = new WeakMap<JsonObject, IndexedResource>();

  /** Resources at hand are asked about several times in one request; who has made their rows gives them each time. */
  function indexedOf(resource: JsonObject, rows: IndexRows | undefined): IndexedResource {
    if (rows !== undefined) return withRows(resource, rows);
    let known = indexed.get(resource);
    if (known === undefined)
      indexed.set(resource, (known = withRows(resource, indexer.index(resource, context.hasher))));
    return known;
  }

  function holds(condition: Allowed, resource: JsonObject, rows?: IndexRows): boolean {
    return condition === 'all' || (condition !== 'none' && matches(context, condition, indexedOf(resource, rows)));
  }

  return {
    isUnrestricted: false,
    allowed,
    permits: (resource, action, rows) => holds(allowed(String(resource.resourceType), action), resource, rows),
    refusal(before, after, rows) {
      const type = String(after.resourceType);
      const grants = (before === undefined ? creating : updating)(type)
        .filter(
          ({ selected }) =>
            holds(selected, after, rows?.after) && (before === undefined || holds(selected, before, rows?.before)),
        )
        .map(({ grant }) => grant);
      return writeRefusal(context.definitions, grants, { before, after, user: principal.fhirUser });
    },
    hidden,
    hiddenIn(resource) {
      const type = String(resource.resourceType);
      if (hidden(type).length === 0 || holds(rules.opened(type), resource)) return [];
      return sharedPaths(
        shown(type)
          .filter(({ selected }) => holds(selected, resource))
          .map(({ hidden: paths }) => paths),
      );
    },
    mayCall: (code, type) => mayCall(code, type, roles, rules.scopes),
  };
}

function withRows(resource: JsonObject, rows: IndexRows): IndexedResource {
  const { resourceType, id } = resource;
  return {
    type: String(resourceType),
    id: typeof id === 'string' ? id : undefined,
    rows,
    hasContext: resource.securityContext !== undefined && resourceType === 'Binary',
  };
}

function memoized(decide: Decisions['allowed']): Decisions['allowed'] {
  const known = new Map<string, Allowed>();
  return (type, action) => {
    const key = `${action} ${type}`;
    let allowed = known.get(key);
    if (allowed === undefined) known.set(key, (allowed = decide(type, action)));
    return allowed;
  };
}

function memoizedByType<T>(decide: (type: string) => T): (type: string) => T {
  const known = new Map<string, T>();
  return (type) => {
    let decided = known.get(type);
    if (decided === undefined) known.set(type, (decided = decide(type)));
    return decided;
  };
}
