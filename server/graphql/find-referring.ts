import type { Ctx, Engine } from '../fhir/engine.ts';
import { fault, type Fault } from '../kernel/fault.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { SearchParam, SearchRegistry } from '../search/registry-types.ts';
import { createBatch } from './batch.ts';
import type { Budget } from './budget.ts';
import { runSearch, type FoundPage } from './run-search.ts';

/** Which resources refer to one. */
export interface Referring {
  /** Type of those that refer. */
  readonly type: string;
  /** Code of the search parameter by which they do. */
  readonly code: string;
  /** Further conditions, as a query string. */
  readonly query: string;
  /** `Patient/1` */
  readonly target: string;
  /** At most so many; undefined: all of them. */
  readonly count: number | undefined;
}

/** @throws Fault 422 when there are more than can be answered at once */
export type FindReferring = (referring: Referring) => Promise<readonly JsonObject[]>;

/** Resources that one search is asked about. */
const MAX_TARGETS = 200;

/** Finds what refers to resources; those that are asked about at once, in one search. */
export function createFindReferring(engine: Engine, ctx: Ctx, budget: Budget): FindReferring {
  const batches = new Map<string, (target: string) => Promise<readonly JsonObject[]>>();
  return (referring) => {
    const { type, code, query, target, count } = referring;
    const key = JSON.stringify([type, code, query, count ?? null]);
    let batch = batches.get(key);
    if (batch === undefined) {
      const param = referenceParam(engine, type, code, target);
      batch = createBatch((targets) => findAll(engine, ctx, budget, { ...referring, param }, targets));
      batches.set(key, batch);
    }
    return batch(target);
  };
}

/** @throws Fault 400 that names the parameters that lead from the type to the target's */
export function referenceParam({ registry }: Engine, type: string, code: string, target: string): SearchParam {
  const [targetType = ''] = target.split('/');
  const leading = leadingTo(registry, type, targetType);
  const param = leading.find((each) => each.code === code || each.code.replaceAll('-', '_') === code);
  if (param !== undefined) return param;
  const codes = leading.map((each) => each.code.replaceAll('-', '_'));
  const known = codes.length === 0 ? 'none does' : `these do: ${codes.join(', ')}`;
  const text = `_reference must be a search parameter by which ${type} refers to ${targetType}; ${known}.`;
  throw fault('graphql.badReference', 400, 'value', text);
}

/** Search parameters by which resources of a type refer to those of another one. */
export function leadingTo(registry: SearchRegistry, type: string, target: string): readonly SearchParam[] {
  return registry
    .params(type)
    .filter((param) => param.type === 'reference' && param.status === 'active' && param.targets.includes(target));
}

type Search = Omit<Referring, 'target'> & { readonly param: SearchParam };

async function findAll(
  engine: Engine,
  ctx: Ctx,
  budget: Budget,
  search: Search,
  targets: readonly string[],
): Promise<readonly (readonly JsonObject[])[]> {
  const found = new Map<string, readonly JsonObject[]>();
  for (let start = 0; start < targets.length; start += MAX_TARGETS) {
    const part = targets.slice(start, start + MAX_TARGETS);
    const page = await searchFor(engine, ctx, budget, search, part, engine.settings.maxCount);
    if (page.next === undefined) {
      for (const [target, resources] of byTarget(engine, ctx, search.param, part, page.resources))
        found.set(target, resources);
    } else {
      if (search.count === undefined) throw tooMany(engine, search.type);
      // The first few of each are wanted, and all together are too many.
      for (const target of part) {
        const own = await searchFor(engine, ctx, budget, search, [target], search.count);
        found.set(target, own.resources);
      }
    }
  }
  return targets.map((target) => (found.get(target) ?? []).slice(0, search.count));
}

function searchFor(
  engine: Engine,
  ctx: Ctx,
  budget: Budget,
  { type, param, query }: Search,
  targets: readonly string[],
  count: number,
): Promise<FoundPage> {
  const condition = `${encodeURIComponent(param.code)}=${encodeURIComponent(targets.join(','))}&_count=${count}`;
  return runSearch(engine, ctx, budget, type, query === '' ? condition : `${query}&${condition}`);
}

/** Whom each resource refers to, by the keys of the search itself; the order stays. */
function byTarget(
  engine: Engine,
  ctx: Ctx,
  param: SearchParam,
  targets: readonly string[],
  resources: readonly JsonObject[],
): ReadonlyMap<string, readonly JsonObject[]> {
  const [only] = targets;
  if (only !== undefined && targets.length === 1) return new Map([[only, resources]]);
  const hasher = engine.hasher(ctx.tenant);
  const targetOf = new Map(
    targets.flatMap((target) => param.slots.map(({ slot }) => [hasher.key(slot.id, target), target] as const)),
  );
  const grouped = new Map<string, JsonObject[]>(targets.map((target) => [target, []]));
  for (const resource of resources) {
    const { refs } = engine.indexer.indexStored(resource, hasher);
    const own = new Set(refs.flatMap(({ key }) => targetOf.get(key) ?? []));
    for (const target of own) grouped.get(target)?.push(resource);
  }
  return grouped;
}

export function tooMany({ settings }: Engine, type: string): Fault {
  const text = `More than ${settings.maxCount} ${type} resources match; narrow the search, give _count, or ask ${type}Connection for pages.`;
  return fault('graphql.tooManyMatches', 422, 'too-costly', text);
}
