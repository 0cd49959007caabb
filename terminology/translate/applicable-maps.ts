import type { Canonicals } from '../../server/definitions/canonicals.ts';
import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { splitCanonical, textAt } from '../resource/elements.ts';
import { resourceOf, type Parameters } from '../service/parameters.ts';
import type { TranslateRequest } from './translate-request.ts';

/**
 * The maps by which a request is answered: the one that it names or brings, otherwise all between its value sets.
 * @throws Fault 404 when it names one that is not held
 */
export function applicableMaps(
  canonicals: Canonicals,
  request: TranslateRequest,
  parameters: Parameters,
  instance: JsonObject | undefined,
): readonly JsonObject[] {
  const named = instance ?? resourceOf(parameters, 'conceptMap');
  if (named !== undefined) return [named];
  if (request.map !== undefined) {
    const found = canonicals.find('ConceptMap', request.map);
    if (found !== undefined) return [found];
    throw fault(
      'translate.unknownMap',
      404,
      'not-found',
      `There is no ConceptMap ${request.map.slice(0, 200)} here; store it, or give it as conceptMap.`,
    );
  }
  const { givenScope, wantedScope, isReverse } = request;
  const [source, target] = isReverse ? [wantedScope, givenScope] : [givenScope, wantedScope];
  return [...canonicals.all('ConceptMap')].filter(
    (map) => map.status !== 'retired' && isScope(map, 'source', source) && isScope(map, 'target', target),
  );
}

function isScope(map: JsonObject, side: 'source' | 'target', wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  const names = [`${side}Canonical`, `${side}Uri`, `${side}ScopeCanonical`, `${side}ScopeUri`];
  const own = names.map((name) => textAt(map, name)).find((canonical) => canonical !== undefined);
  if (own === undefined) return false;
  const [ownParts, wantedParts] = [splitCanonical(own), splitCanonical(wanted)];
  const isVersion =
    ownParts.version === undefined || wantedParts.version === undefined || ownParts.version === wantedParts.version;
  return ownParts.url === wantedParts.url && isVersion;
}
