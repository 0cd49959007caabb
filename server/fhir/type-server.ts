import { fault } from '../kernel/fault.ts';
import { queryPairs } from '../search/parse/query-pairs.ts';
import type { SearchParamCapability } from './capability/search-capability.ts';
import type { Ctx, Engine } from './engine.ts';
import type { FhirRequest, FhirResponse } from './request.ts';

/** A resource type that is not kept in the FHIR store but in a table of its own. */
export interface TypeServer {
  readonly type: string;
  /** By interaction of the router's table; others are answered 405. */
  readonly interactions: Readonly<
    Record<string, (engine: Engine, ctx: Ctx, request: FhirRequest) => Promise<FhirResponse>>
  >;
  /** Why the other interactions are not possible. */
  readonly refusal: string;
  readonly searchParam: readonly SearchParamCapability[];
}

/**
 * Conditions and includes of other searches do not reach what is kept elsewhere; an empty answer would be a wrong one.
 * @throws Fault 400 when a search of the FHIR store names such a type
 */
export function refuseServedElsewhere({ typeServers }: Engine, query: string): void {
  for (const type of typeServers.keys()) {
    if (!query.includes(type)) continue;
    const isNamed = queryPairs(query).some(
      ({ name, value }) =>
        (name === '_type' && value.split(',').includes(type)) ||
        name.includes(`_has:${type}:`) ||
        (/^_(rev)?include/.test(name) && value.startsWith(`${type}:`)),
    );
    if (!isNamed) continue;
    const text = `${type} resources are kept apart: search them alone, by ${type}?…`;
    throw fault('search.servedElsewhere', 400, 'not-supported', text, 'http.url');
  }
}

/**
 * Who answers a request, when it is not the FHIR store.
 * @param shape of the route that the request matched
 * @throws Fault 405 for an interaction that the type does not have
 */
export function typeServerOf(
  { typeServers }: Engine,
  shape: string,
  interaction: string,
  path: readonly string[],
): TypeServer['interactions'][string] | undefined {
  if (typeServers.size === 0 || interaction === 'operation') return undefined;
  const server = typeServers.get((shape.startsWith('T/I/T') ? path[2] : path[0]) ?? '');
  if (server === undefined) return undefined;
  const run = server.interactions[interaction];
  if (run !== undefined) return run;
  const text = `${server.refusal} Possible are ${Object.keys(server.interactions).join(', ')}.`;
  throw fault('rest.notPossibleForType', 405, 'not-supported', text, 'http.method', {
    headers: { Allow: 'GET, POST' },
  });
}
