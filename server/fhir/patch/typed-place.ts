import type { Definitions, ElementDef, PropertyDef, TypeDef } from '../../definitions/definitions.ts';
import { isObject, type JsonArray, type JsonObject } from '../../kernel/json.ts';

/** An object of a resource with its type. */
export interface Owner {
  readonly object: JsonObject;
  readonly type: TypeDef;
  /** Objects and arrays around it. */
  readonly depth: number;
  /** What it is an element of; undefined for the resource. */
  readonly parent: { readonly owner: Owner; readonly element: ElementDef } | undefined;
}

/** The object that an object or array of a resource is, or that an array is a member of. */
export interface TypedPlace {
  readonly owner: Owner;
  /** The array's property, without the `_` of companions; undefined for an object itself. */
  readonly property: string | undefined;
}

/** Finds an object or array (by identity) in a resource, and with it its type. */
export function findInResource(
  resource: JsonObject,
  wanted: JsonObject | JsonArray,
  definitions: Definitions,
): TypedPlace | undefined {
  const type = typeOfResource(resource, definitions);
  return type === undefined
    ? undefined
    : findInObject({ object: resource, type, depth: 0, parent: undefined }, wanted, definitions);
}

function findInObject(owner: Owner, wanted: JsonObject | JsonArray, definitions: Definitions): TypedPlace | undefined {
  const { object, type } = owner;
  if (object === wanted) return { owner, property: undefined };
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value === null || typeof value !== 'object') continue;
    const name = propertyName(key);
    if (value === wanted && Array.isArray(value)) return { owner, property: name };
    const property = type.properties.get(name);
    if (property === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) {
      if (!isObject(item)) continue;
      const child = ownerBelow(owner, property, item, definitions);
      const found = child === undefined ? undefined : findInObject(child, wanted, definitions);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** An object that is the value of an element, or its companion, as an owner of elements itself. */
export function ownerBelow(
  owner: Owner,
  { element, type }: PropertyDef,
  object: JsonObject,
  definitions: Definitions,
): Owner | undefined {
  const found = typeOfResource(object, definitions) ?? definitions.type(type.code);
  if (found === undefined) return undefined;
  return { object, type: found, depth: owner.depth + (element.max > 1 ? 2 : 1), parent: { owner, element } };
}

function typeOfResource({ resourceType }: JsonObject, definitions: Definitions): TypeDef | undefined {
  return typeof resourceType === 'string' ? definitions.type(resourceType) : undefined;
}

/** Companions of primitives (`_birthDate`) belong to the primitive's property. */
export function propertyName(key: string): string {
  return key.startsWith('_') ? key.slice(1) : key;
}

/** An element by its name (`value`, `value[x]`) or by its JSON property (`valueQuantity`). */
export function elementNamed(type: TypeDef, name: string): ElementDef | undefined {
  const plain = name.replace(/\[x\]$/, '');
  return type.properties.get(plain)?.element ?? type.elements.find((element) => element.name === plain);
}
