import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { ProtectionRules } from './rules.ts';

/** A property whose value is encrypted. */
export interface Place {
  readonly parent: JsonObject;
  readonly property: string;
  /** Of an identifier's value: its system, or the type whose identifiers are all encrypted. */
  readonly scope?: string;
}

/** Deeper than what clients may send. */
const MAX_DEPTH = 256;

/**
 * Where a resource, and those in it (contained, entries of a Bundle), hold what the rules name. Where they hold something,
 * their narratives count as well, because they say it again in words.
 */
export function placesIn(resource: JsonObject, rules: ProtectionRules): readonly Place[] {
  const places: Place[] = [];
  const narratives: Place[] = [];
  collect(resource, rules, places, narratives, 0);
  return places.length === 0 ? places : [...places, ...narratives];
}

function collect(value: JsonObject, rules: ProtectionRules, places: Place[], narratives: Place[], depth: number): void {
  if (typeof value.resourceType === 'string') collectOwn(value, value.resourceType, rules, places, narratives);
  const { system } = value;
  if (typeof system === 'string' && rules.systems.has(system)) addValue(places, value, system);
  if (depth >= MAX_DEPTH) return;
  for (const key in value) {
    const inner: JsonValue | undefined = value[key];
    if (typeof inner !== 'object' || inner === null) continue;
    if (!Array.isArray(inner)) collect(inner, rules, places, narratives, depth + 1);
    else for (const item of inner) if (isObject(item)) collect(item, rules, places, narratives, depth + 1);
  }
}

function collectOwn(
  resource: JsonObject,
  type: string,
  rules: ProtectionRules,
  places: Place[],
  narratives: Place[],
): void {
  if (isObject(resource.text) && resource.text.div !== undefined) {
    narratives.push({ parent: resource.text, property: 'div' });
  }
  if (rules.identifierTypes.has(type)) {
    for (const identifier of objectsAt(resource.identifier)) {
      const { system } = identifier;
      if (typeof system !== 'string' || !rules.systems.has(system)) addValue(places, identifier, type);
    }
  }
  for (const path of rules.elements.get(type) ?? []) {
    let parents: readonly JsonObject[] = [resource];
    for (const step of path.slice(0, -1)) parents = parents.flatMap((parent) => objectsAt(parent[step]));
    for (const parent of parents) add(places, parent, path.at(-1) ?? '');
  }
}

function addValue(places: Place[], parent: JsonObject, scope: string): void {
  if (typeof parent.value === 'string') places.push({ parent, property: 'value', scope });
  if (parent._value !== undefined) places.push({ parent, property: '_value' });
}

function add(places: Place[], parent: JsonObject, property: string): void {
  if (parent[property] !== undefined) places.push({ parent, property });
  if (parent[`_${property}`] !== undefined) places.push({ parent, property: `_${property}` });
}

function objectsAt(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
}
