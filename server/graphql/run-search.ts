import type { Ctx, Engine } from '../fhir/engine.ts';
import { searchType } from '../fhir/interactions/search-type.ts';
import { refuseServedElsewhere, typeServerOf } from '../fhir/type-server.ts';
import { isObject, parseJson, type JsonObject } from '../kernel/json.ts';
import type { Budget } from './budget.ts';

/** A page of a search, of what the caller may see. */
export interface FoundPage {
  readonly resources: readonly JsonObject[];
  readonly total: number | undefined;
  /** Query string of the next page. */
  readonly next: string | undefined;
}

/** Deeper than what clients may send, since a stored resource must always be readable again. */
const STORED_LIMITS = { maxDepth: 256 };

/** The search of the REST interface, recorded as such. */
export async function runSearch(
  engine: Engine,
  ctx: Ctx,
  budget: Budget,
  type: string,
  query: string,
): Promise<FoundPage> {
  budget.search();
  refuseServedElsewhere(engine, query);
  const run = typeServerOf(engine, 'T', 'search-type', [type]) ?? searchType;
  const request = { method: 'GET', path: [type], query, headers: { prefer: {}, accept: [] } } as const;
  const bundle = parseJson((await run(engine, ctx, request)).text ?? '', STORED_LIMITS);
  const { entry, total, link } = isObject(bundle) ? bundle : {};
  const resources = objects(entry).flatMap(({ resource, search }) =>
    isObject(search) && search.mode === 'match' && isObject(resource) ? [resource] : [],
  );
  budget.resources(resources.length);
  const next = objects(link).find(({ relation }) => relation === 'next')?.url;
  return {
    resources,
    total: typeof total === 'number' ? total : undefined,
    next: typeof next === 'string' ? new URL(next).search.slice(1) : undefined,
  };
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
