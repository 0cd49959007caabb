import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../server/kernel/json.ts';
import { splitCanonical } from '../resource/elements.ts';
import type { ResourceCodeSystem } from '../resource/resource-code-system.ts';
import { containsOf, type ShownParts } from './expansion-contains.ts';
import { expansionParameters } from './expansion-parameters.ts';
import { declaredProperties } from './expansion-properties.ts';
import { listPlan, type Entry } from './list.ts';
import { countOf, flagOf, refuseUnsupported, textOf, textsOf, type Parameters } from './parameters.ts';
import type { Scope } from './scope.ts';
import { planOf, type ValueSetPlan } from './value-set-plan.ts';

const TOO_COSTLY = 'http://hl7.org/fhir/StructureDefinition/valueset-toocostly';
const UNCLOSED = 'http://hl7.org/fhir/StructureDefinition/valueset-unclosed';
const UNCLOSED_REASON = 'http://hl7.org/fhir/StructureDefinition/valueset-unclosed-reason';
/** Parts of the definition that a value set with expansion has only when asked for. */
const DEFINITION = ['compose', 'contained', 'contact', 'copyright', 'description', 'extension', 'publisher', 'purpose'];

/**
 * The value set with its expansion. https://hl7.org/fhir/R4/valueset-operation-expand.html
 * @throws Fault of `listPlan` and `planOf`; `terminology.parameter` (400) for what is not supported
 */
export async function expand(scope: Scope, valueSet: JsonObject, parameters: Parameters): Promise<JsonObject> {
  refuseUnsupported(parameters);
  const plan = planOf(valueSet);
  const offset = countOf(parameters, 'offset');
  const count = countOf(parameters, 'count');
  const text = textOf(parameters, 'filter');
  const page = await listPlan(scope, plan, {
    text,
    offset: offset ?? 0,
    count,
    excludedSystems: textsOf(parameters, 'exclude-system'),
    takesPart: flagOf(parameters, 'limitedExpansion') ?? false,
  });
  const isForUse = flagOf(parameters, 'excludeNotForUI') === true;
  const entries = isForUse ? page.entries.filter(({ concept }) => !concept.isAbstract) : page.entries;
  const used = new Map<string, string | undefined>();
  const parts = shownParts(scope, parameters);
  const isWhole = offset === undefined && count === undefined && text === undefined && !page.isPart;
  const nests = isWhole && flagOf(parameters, 'excludeNested') !== true && isOneSystem(plan);
  const flat = entries.map((entry) => containsOf(entry, parts, (code, uri) => used.set(code, uri)));
  const contains = nests ? nested(entries, flat) : flat;
  const isOpen = scope.usage.openSystems.size > 0;
  const extension = [
    ...declaredProperties(used),
    ...(page.isPart ? [{ url: TOO_COSTLY, valueBoolean: true }] : []),
    ...(isOpen ? unclosed(scope) : []),
  ];
  const total = isOpen ? undefined : isForUse && page.total !== undefined && isWhole ? entries.length : page.total;
  return {
    ...definition(valueSet, flagOf(parameters, 'includeDefinition') === true),
    expansion: {
      ...(extension.length === 0 ? {} : { extension }),
      identifier: `urn:uuid:${randomUUID()}`,
      timestamp: new Date().toISOString(),
      ...(total === undefined ? {} : { total }),
      ...(offset === undefined ? {} : { offset }),
      parameter: expansionParameters(scope, parameters, valueSet, plan),
      ...(contains.length === 0 ? {} : { contains: [...contains] }),
    },
  };
}

function unclosed({ usage }: Scope): readonly JsonObject[] {
  const systems = [...usage.openSystems].join(', ');
  const reason = `The codes of ${systems} follow a grammar and cannot all be listed; these are usual ones`;
  return [
    { url: UNCLOSED, valueBoolean: true },
    { url: UNCLOSED_REASON, valueString: reason },
  ];
}

function definition(valueSet: JsonObject, isWhole: boolean): JsonObject {
  const { expansion: _, text: __, ...rest } = valueSet;
  return isWhole ? rest : Object.fromEntries(Object.entries(rest).filter(([key]) => !DEFINITION.includes(key)));
}

function shownParts(scope: Scope, parameters: Parameters): ShownParts {
  const designations = textsOf(parameters, 'designation');
  const versions = [...scope.usage.systems.keys()].map((canonical) => splitCanonical(canonical).url);
  return {
    languages: scope.languages,
    hasDesignations: flagOf(parameters, 'includeDesignations') ?? designations.length > 0,
    designations,
    properties: new Set(textsOf(parameters, 'property')),
    versioned: new Set(versions.filter((url, index) => versions.indexOf(url) !== index)),
  };
}

/** What is taken from several places has no one hierarchy. */
function isOneSystem({ includes, excludes }: ValueSetPlan): boolean {
  const [only] = includes;
  return includes.length === 1 && excludes.length === 0 && only?.concepts === undefined && only?.valueSets.length === 0;
}

// Deeper ones could not be read by many clients; our own JSON reader takes 64 levels of objects and arrays.
const MAX_NESTING = 25;

/** Each below the nearest concept above it that is a member too; a concept with several parents below the first. */
function nested(entries: readonly Entry[], flat: readonly JsonObject[]): readonly JsonObject[] {
  const system = entries[0]?.system;
  if (system === undefined || !hasHierarchy(system)) return flat;
  const places = new Map(entries.map(({ concept }, index) => [concept.code, index]));
  const depths: number[] = [];
  const children = new Map<number, JsonObject[]>();
  const roots: JsonObject[] = [];
  for (const [index, { concept }] of entries.entries()) {
    const item = flat[index] ?? {};
    const parent = nearestMember(system, concept.code, places);
    if (parent === undefined || parent >= index) {
      roots.push(item);
      depths.push(0);
      continue;
    }
    const depth = (depths[parent] ?? 0) + 1;
    if (depth > MAX_NESTING) return flat;
    depths.push(depth);
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [item]);
    else siblings.push(item);
  }
  for (const [parent, items] of children) {
    const item = flat[parent];
    if (item !== undefined) item.contains = items;
  }
  return roots;
}

function nearestMember(
  system: ResourceCodeSystem,
  code: string,
  places: ReadonlyMap<string, number>,
): number | undefined {
  const seen = new Set<string>();
  const pending = [...system.parentsOf(code)];
  for (let at = 0; at < pending.length; at += 1) {
    const parent = pending[at] ?? '';
    if (seen.has(parent)) continue;
    seen.add(parent);
    const place = places.get(parent);
    if (place !== undefined) return place;
    pending.push(...system.parentsOf(parent));
  }
  return undefined;
}

function hasHierarchy(system: Entry['system']): system is ResourceCodeSystem {
  return 'parentsOf' in system;
}

/** The value set that a request is about: in it, of the instance, or by url. */
export function askedCanonical(parameters: Parameters): string | undefined {
  const url = textOf(parameters, 'url');
  const version = textOf(parameters, 'valueSetVersion');
  return url === undefined || version === undefined ? url : `${splitCanonical(url).url}|${version}`;
}
