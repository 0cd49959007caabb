import type { Canonicals } from '../../server/definitions/canonicals.ts';
import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { canonicalOf, textAt } from '../resource/elements.ts';
import { mapGroups, type MapCondition, type MapGroup, type Mapping } from './map-group.ts';
import type { GivenCoding, TranslateRequest } from './translate-request.ts';

/** A mapping with the systems of both ends, and where it is from. */
export interface FoundMapping {
  readonly mapping: Mapping;
  readonly sourceSystem: string | undefined;
  readonly targetSystem: string | undefined;
  readonly map: { readonly url: string | undefined; readonly canonical: string | undefined };
}

export interface Findings {
  readonly found: readonly FoundMapping[];
  /** Elements whose values would decide about mappings that were left out. */
  readonly missing: ReadonlySet<string>;
}

/** Maps to which one leads by `unmapped` of the next. */
const MOST_MAPS = 50;

/**
 * All mappings of the given codes in the maps, in their order.
 * @throws Fault 422 for too long a chain of other maps
 */
export function findMappings(maps: readonly JsonObject[], canonicals: Canonicals, request: TranslateRequest): Findings {
  const found: FoundMapping[] = [];
  const missing = new Set<string>();

  function inMap(map: JsonObject, given: GivenCoding, visited: Set<JsonObject>): void {
    if (visited.has(map)) return;
    visited.add(map);
    if (visited.size > MOST_MAPS) throw tooLong();
    const url = textAt(map, 'url');
    const origin = { url, canonical: url === undefined ? undefined : canonicalOf(url, textAt(map, 'version')) };
    for (const group of mapGroups(map)) {
      if (!takes(group, given, request)) continue;
      const known = (request.isReverse ? group.byTarget : group.bySource).get(given.code);
      const mappings = known ?? (request.isReverse ? [] : unmapped(group, given));
      for (const mapping of mappings) {
        const unmet = mapping.dependsOn.filter((condition) => !isMet(condition, request));
        if (unmet.length === 0) {
          found.push({ mapping, sourceSystem: group.source, targetSystem: group.target, map: origin });
        }
        for (const { element } of unmet) missing.add(element);
      }
      if (known === undefined && !request.isReverse && group.unmapped?.mode === 'other-map') {
        const other = group.unmapped.url === undefined ? undefined : canonicals.find('ConceptMap', group.unmapped.url);
        if (other !== undefined) inMap(other, given, visited);
      }
    }
  }

  for (const given of request.codings) for (const map of maps) inMap(map, given, new Set());
  return { found, missing };
}

function tooLong(): Error {
  const text = `The map leads to more than ${MOST_MAPS} other maps by unmapped.url; put their mappings into fewer.`;
  return fault('translate.tooLong', 422, 'too-costly', text);
}

/** A group without a system says nothing against any. */
function takes(group: MapGroup, given: GivenCoding, { isReverse, wantedSystem }: TranslateRequest): boolean {
  const [own, other] = isReverse ? [group.target, group.source] : [group.source, group.target];
  return (own ?? given.system) === given.system && (wantedSystem ?? other) === other;
}

/** https://hl7.org/fhir/R4/conceptmap-definitions.html#ConceptMap.group.unmapped */
function unmapped({ unmapped: rule }: MapGroup, { code }: GivenCoding): readonly Mapping[] {
  const source = { code, display: undefined };
  const none = { source, comment: undefined, dependsOn: [], product: [] };
  if (rule?.mode === 'provided') return [{ ...none, target: source, equivalence: 'equal' }];
  if (rule?.mode === 'fixed' && rule.code !== undefined) {
    // The code stands for all that is not mapped: nothing is known about how it relates to this one.
    return [{ ...none, target: { code: rule.code, display: rule.display }, equivalence: 'relatedto' }];
  }
  return [];
}

function isMet({ element, system, value }: MapCondition, { dependencies }: TranslateRequest): boolean {
  return (dependencies.get(element) ?? []).some(
    (coding) =>
      coding.code === value && (system === undefined || coding.system === undefined || coding.system === system),
  );
}
