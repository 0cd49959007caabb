import type { Canonicals } from '../../server/definitions/canonicals.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { overlaid } from '../service/overlay.ts';
import { resourcesOf, type Parameters } from '../service/parameters.ts';
import { applicableMaps } from './applicable-maps.ts';
import { isTranslation, reversedEquivalence } from './equivalence.ts';
import { findMappings, type Findings, type FoundMapping } from './find-mappings.ts';
import { translateRequest, type TranslateRequest } from './translate-request.ts';

/**
 * `$translate`: what given codes are in other code systems. https://hl7.org/fhir/R4/conceptmap-operation-translate.html
 * @param parameters `Parameters.parameter`
 * @param instance the ConceptMap on which it was called
 * @returns Parameters: result, message, match
 * @throws Fault 400 for a request without a code, 404 for a map that is not held
 */
export function translate(held: Canonicals, parameters: Parameters, instance?: JsonObject): JsonObject {
  const request = translateRequest(parameters);
  const canonicals = overlaid(held, resourcesOf(parameters, 'tx-resource'));
  const maps = applicableMaps(canonicals, request, parameters, instance);
  const findings = findMappings(maps, canonicals, request);
  const result = findings.found.some(({ mapping }) => isTranslation(mapping.equivalence));
  return {
    resourceType: 'Parameters',
    parameter: [
      { name: 'result', valueBoolean: result },
      ...(result ? [] : [{ name: 'message', valueString: messageOf(request, maps.length, findings) }]),
      ...findings.found.map((found) => ({ name: 'match', part: partsOf(found, request) })),
    ],
  };
}

function partsOf({ mapping, sourceSystem, targetSystem, map }: FoundMapping, request: TranslateRequest): JsonObject[] {
  const { isR5, isReverse } = request;
  const source = codingOf(sourceSystem, mapping.source);
  const target = mapping.target === undefined ? undefined : codingOf(targetSystem, mapping.target);
  const concept = isReverse && !isR5 ? source : target;
  const equivalence = isReverse && !isR5 ? reversedEquivalence(mapping.equivalence) : mapping.equivalence;
  return [
    { name: 'equivalence', valueCode: equivalence },
    ...(concept === undefined ? [] : [{ name: 'concept', valueCoding: concept }]),
    ...(isReverse && isR5 ? [{ name: 'source', valueCoding: source }] : []),
    ...(mapping.comment === undefined ? [] : [{ name: 'comment', valueString: mapping.comment }]),
    ...productsOf(mapping.product),
    ...originOf(map, isR5),
  ];
}

/** R4 says `source` to what R5 calls `originMap`. */
function originOf({ url, canonical }: FoundMapping['map'], isR5: boolean): JsonObject[] {
  if (isR5) return canonical === undefined ? [] : [{ name: 'originMap', valueCanonical: canonical }];
  return url === undefined ? [] : [{ name: 'source', valueUri: url }];
}

function codingOf(
  system: string | undefined,
  { code, display }: { readonly code: string; readonly display: string | undefined },
): JsonObject {
  return { ...(system === undefined ? {} : { system }), code, ...(display === undefined ? {} : { display }) };
}

function productsOf(products: FoundMapping['mapping']['product']): JsonObject[] {
  return products.map(({ element, system, value, display }) => ({
    name: 'product',
    part: [
      { name: 'element', valueUri: element },
      { name: 'concept', valueCoding: codingOf(system, { code: value, display }) },
    ],
  }));
}

function messageOf({ codings, wantedSystem }: TranslateRequest, maps: number, { found, missing }: Findings): string {
  const codes = codings
    .map(({ system, code }) => `${system}#${code}`)
    .join(', ')
    .slice(0, 300);
  if (found.length > 0) return `${codes} has no counterpart: the map says so.`;
  if (missing.size > 0) {
    const elements = [...missing].join(', ');
    return `The mapping of ${codes} depends on other values; give them as dependency with the elements ${elements}.`;
  }
  const into = wantedSystem === undefined ? '' : ` into ${wantedSystem.slice(0, 200)}`;
  return maps === 0 ? `No ConceptMap here is between these value sets.` : `No mapping of ${codes}${into} was found.`;
}
