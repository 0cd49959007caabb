import type { JsonObject } from '../../server/kernel/json.ts';
import { objectAt, objectsAt, primitiveText, splitCanonical, textAt, valueOf } from '../resource/elements.ts';
import { equivalenceOf } from './equivalence.ts';

/** What else must hold for a mapping, or comes with it. */
export interface MapCondition {
  /** `dependsOn.property`: an element, by uri. */
  readonly element: string;
  readonly system: string | undefined;
  readonly value: string;
  readonly display: string | undefined;
}

export interface Mapping {
  readonly source: { readonly code: string; readonly display: string | undefined };
  /** Undefined: the map says that there is none. */
  readonly target: { readonly code: string; readonly display: string | undefined } | undefined;
  /** https://hl7.org/fhir/R4/valueset-concept-map-equivalence.html; of the target as seen from the source. */
  readonly equivalence: string;
  /** When the mapping holds, or what to mind: map advice of SNOMED CT comes so. */
  readonly comment: string | undefined;
  readonly dependsOn: readonly MapCondition[];
  readonly product: readonly MapCondition[];
}

export interface Unmapped {
  readonly mode: 'provided' | 'fixed' | 'other-map';
  readonly code: string | undefined;
  readonly display: string | undefined;
  /** Canonical of the other map. */
  readonly url: string | undefined;
}

/** One group of a ConceptMap: from one code system to another. */
export interface MapGroup {
  readonly source: string | undefined;
  readonly target: string | undefined;
  readonly bySource: ReadonlyMap<string, readonly Mapping[]>;
  readonly byTarget: ReadonlyMap<string, readonly Mapping[]>;
  readonly unmapped: Unmapped | undefined;
}

// Kept as long as the resource itself.
const known = new WeakMap<JsonObject, readonly MapGroup[]>();

/** The groups of a ConceptMap, in the form of R4 or of R5. https://hl7.org/fhir/R4/conceptmap.html */
export function mapGroups(conceptMap: JsonObject): readonly MapGroup[] {
  let groups = known.get(conceptMap);
  if (groups === undefined) known.set(conceptMap, (groups = objectsAt(conceptMap, 'group').map(readGroup)));
  return groups;
}

function readGroup(group: JsonObject): MapGroup {
  const bySource = new Map<string, Mapping[]>();
  const byTarget = new Map<string, Mapping[]>();
  for (const element of objectsAt(group, 'element')) {
    for (const mapping of mappingsOf(element)) {
      add(bySource, mapping.source.code, mapping);
      if (mapping.target !== undefined) add(byTarget, mapping.target.code, mapping);
    }
  }
  return {
    source: systemAt(group, 'source'),
    target: systemAt(group, 'target'),
    bySource,
    byTarget,
    unmapped: unmappedOf(group),
  };
}

function add(map: Map<string, Mapping[]>, code: string, mapping: Mapping): void {
  const same = map.get(code);
  if (same === undefined) map.set(code, [mapping]);
  else same.push(mapping);
}

/** R5 writes `url|version` here. */
function systemAt(group: JsonObject, side: 'source' | 'target'): string | undefined {
  const canonical = textAt(group, side);
  return canonical === undefined ? undefined : splitCanonical(canonical).url;
}

function mappingsOf(element: JsonObject): Mapping[] {
  const code = textAt(element, 'code');
  if (code === undefined) return [];
  const source = { code, display: textAt(element, 'display') };
  const targets = objectsAt(element, 'target');
  const none: Mapping = {
    source,
    target: undefined,
    equivalence: 'unmatched',
    comment: undefined,
    dependsOn: [],
    product: [],
  };
  if (targets.length === 0) return [none];
  return targets.map((target): Mapping => {
    const to = textAt(target, 'code');
    return {
      source,
      target: to === undefined ? undefined : { code: to, display: textAt(target, 'display') },
      equivalence: equivalenceOf(target),
      comment: textAt(target, 'comment'),
      dependsOn: conditionsOf(target, 'dependsOn'),
      product: conditionsOf(target, 'product'),
    };
  });
}

function conditionsOf(target: JsonObject, key: 'dependsOn' | 'product'): readonly MapCondition[] {
  return objectsAt(target, key).flatMap((condition) => {
    const element = textAt(condition, 'property') ?? textAt(condition, 'attribute');
    const given = valueOf(condition)?.value;
    const coding = objectAt({ given }, 'given');
    const value = textAt(condition, 'value') ?? primitiveText(given) ?? textAt(coding, 'code');
    if (element === undefined || value === undefined) return [];
    const system = textAt(condition, 'system') ?? textAt(coding, 'system');
    return [{ element, system, value, display: textAt(condition, 'display') ?? textAt(coding, 'display') }];
  });
}

function unmappedOf(group: JsonObject): Unmapped | undefined {
  const unmapped = objectAt(group, 'unmapped');
  const mode = textAt(unmapped, 'mode');
  if (mode === undefined) return undefined;
  return {
    mode: mode === 'fixed' || mode === 'other-map' ? mode : 'provided',
    code: textAt(unmapped, 'code'),
    display: textAt(unmapped, 'display'),
    url: textAt(unmapped, 'url') ?? textAt(unmapped, 'otherMap'),
  };
}
