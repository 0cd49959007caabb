import type { Definitions, ElementDef, PropertyDef, TypeDef } from '../../definitions/definitions.ts';
import { cloneJson, EXACT, isObject, type JsonObject } from '../../kernel/json.ts';
import { readItems, writeItems, type ElementItem } from './element-items.ts';
import { malformed } from './patch-faults.ts';
import { elementNamed } from './typed-place.ts';

/** The element that a value is for. */
export interface ValueTarget {
  readonly type: TypeDef;
  readonly element: ElementDef;
  /** As the patch names it: `value`, `value[x]` or `valueQuantity`. */
  readonly name: string;
}

/**
 * The value of a part: `value[x]`, a resource, or for elements without a data type of their own one part per child.
 * It is a copy, because later operations change what is in the resource, and the patch may be applied again.
 * @throws Fault 400
 */
export function patchValue(
  part: JsonObject,
  target: ValueTarget,
  definitions: Definitions,
  place: string,
): ElementItem {
  const key = Object.keys(part)
    .find((name) => /^_?value[A-Z]/.test(name))
    ?.replace('_', '');
  const property = propertyOf(target, key?.slice('value'.length), place);
  if (key !== undefined) {
    const { [key]: value, [`_${key}`]: companion } = part;
    return {
      property: property.property,
      value: value === undefined ? undefined : cloneJson(value),
      digits: part[EXACT]?.[key],
      companion: companion === undefined ? undefined : cloneJson(companion),
    };
  }
  return {
    property: property.property,
    value: structureOf(part, property, definitions, place),
    digits: undefined,
    companion: undefined,
  };
}

/** The JSON property for a value of the type that its `value[x]` says; undefined when it does not say one. */
function propertyOf({ type, element, name }: ValueTarget, typeSuffix: string | undefined, place: string): PropertyDef {
  const wanted = element.isChoice && typeSuffix !== undefined ? element.name + typeSuffix : name;
  const property = type.properties.get(wanted) ?? type.properties.get(name);
  if (property?.element === element) return property;
  const types = element.types.map(({ code }) => code).join(', ');
  throw malformed(`${type.name}.${element.name} takes a value of type ${types}.`, place);
}

function structureOf(part: JsonObject, { type }: PropertyDef, definitions: Definitions, place: string): JsonObject {
  if (isObject(part.resource)) return cloneJson(part.resource);
  const definition = definitions.type(type.code);
  const parts = Array.isArray(part.part) ? part.part : [];
  if (definition === undefined || parts.length === 0) {
    throw malformed('The value must have value[x], or one part for each child element.', place);
  }
  const built: JsonObject = {};
  for (const child of parts) {
    if (!isObject(child) || typeof child.name !== 'string') throw malformed('Each part needs a name.', place);
    addItem(built, child, child.name, definition, definitions, place);
  }
  return built;
}

function addItem(
  built: JsonObject,
  part: JsonObject,
  name: string,
  type: TypeDef,
  definitions: Definitions,
  place: string,
): void {
  const element = expectElement(type, name, place);
  const items = readItems(built, type, element);
  if (items.length >= element.max) throw malformed(`${type.name} has only one ${element.name}.`, place);
  items.push(patchValue(part, { type, element, name }, definitions, place));
  writeItems(built, type, element, items);
}

/** @throws Fault 400 that names what the type has */
export function expectElement(type: TypeDef, name: string, place: string): ElementDef {
  const element = elementNamed(type, name);
  if (element !== undefined) return element;
  const known = type.elements.map((candidate) => candidate.name).join(', ');
  throw malformed(`${type.name} has no element "${name.slice(0, 64)}", but ${known}.`, place);
}
