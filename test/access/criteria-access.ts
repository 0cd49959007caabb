import { unrestricted, type Access, type Allowed } from '../../server/access/access.ts';
import type { Engine } from '../../server/fhir/engine.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { matches } from '../../server/search/match/matches.ts';
import { parseSearch } from '../../server/search/parse/parse-search.ts';
import type { Filter } from '../../server/search/tree.ts';
import { TEST_BASE } from '../harness/test-engine.ts';

export interface Policy {
  /** Search criteria by type; `*`: all of the type; types that are not named: none. */
  readonly types: Readonly<Record<string, string>>;
  /** Element paths that are hidden in every resource of their type. */
  readonly hidden?: readonly string[];
  readonly tenant?: number;
  /** Who it is; cursors belong to them. */
  readonly account?: string;
}

/** Access that is given by search criteria, the same for each action: what read paths make of an Access, whatever made it. */
export function accessByCriteria(engine: Engine, policy: Policy): Access {
  const { types, hidden = [], tenant = 1, account = 'test' } = policy;
  const allowedByType = new Map(
    Object.entries(types).map(([type, criteria]) => [type, parsed(engine, type, criteria)]),
  );
  const allowed = (type: string): Allowed => allowedByType.get(type) ?? 'none';
  const hiddenOf = (type: string): string[] => hidden.filter((path) => path.startsWith(`${type}.`));
  return {
    principal: { tenant, kind: 'user', account, roles: [], purposes: [] },
    isUnrestricted: false,
    allowed,
    permits(resource) {
      const found = allowed(typeOf(resource));
      return typeof found === 'string' ? found === 'all' : holds(engine, tenant, found, resource);
    },
    refusal: () => undefined,
    hidden: hiddenOf,
    hiddenIn: (resource) => hiddenOf(typeOf(resource)),
    mayCall: (code) => code !== 'explain',
  };
}

export const EVERYTHING = unrestricted(1);

function typeOf(resource: JsonObject): string {
  return String(resource.resourceType);
}

function parsed(engine: Engine, type: string, criteria: string): Allowed {
  if (criteria === '*') return 'all';
  const { definitions, registry } = engine;
  const { filters } = parseSearch({
    resourceType: type,
    query: criteria,
    lenient: false,
    registry,
    definitions,
    baseUrl: TEST_BASE,
    defaultCount: 1,
    maxCount: 1,
    maxValues: 100,
  });
  const own: readonly Filter[] = type === 'Binary' ? [{ kind: 'no-context' }, ...filters] : filters;
  return { kind: 'and', filters: own };
}

function holds(engine: Engine, tenant: number, filter: Filter, resource: JsonObject): boolean {
  const hasher = engine.hasher(tenant);
  const { definitions, registry, indexer } = engine;
  const id = typeof resource.id === 'string' ? resource.id : undefined;
  const hasContext = resource.securityContext !== undefined;
  const row = { type: typeOf(resource), id, rows: indexer.index(resource, hasher), hasContext };
  return matches({ hasher, definitions, registry, now: Date.now() }, filter, row);
}
