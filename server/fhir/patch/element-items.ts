import type { ElementDef, TypeDef } from '../../definitions/definitions.ts';
import { EXACT, keepNumberText, type JsonArray, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** One repetition of an element: its value and what JSON keeps beside it. */
export interface ElementItem {
  /** JSON property: of a choice element the typed one (`valueQuantity`). */
  readonly property: string;
  readonly value: JsonValue | undefined;
  /** The value as it was written, when it is a number that JavaScript would print otherwise. */
  readonly digits: string | undefined;
  /** `id` and `extension` of a primitive. */
  readonly companion: JsonValue | undefined;
}

/** All repetitions of an element in their order. */
export function readItems(owner: JsonObject, type: TypeDef, element: ElementDef): ElementItem[] {
  return propertiesOf(type, element).flatMap((property): ElementItem[] => {
    const value = owner[property];
    const companion = owner[`_${property}`];
    if (value === undefined && companion === undefined) return [];
    if (!Array.isArray(value) && !Array.isArray(companion)) {
      return [{ property, value, digits: owner[EXACT]?.[property], companion }];
    }
    const values: JsonArray = Array.isArray(value) ? value : [];
    const companions: JsonArray = Array.isArray(companion) ? companion : [];
    return Array.from({ length: Math.max(values.length, companions.length) }, (_item, index) => ({
      property,
      value: values[index] ?? undefined,
      digits: values[EXACT]?.[index],
      companion: companions[index] ?? undefined,
    }));
  });
}

/** Makes `items` the repetitions of an element; those it had are gone. */
export function writeItems(owner: JsonObject, type: TypeDef, element: ElementDef, items: readonly ElementItem[]): void {
  const [first] = items;
  for (const property of propertiesOf(type, element)) {
    const isUsed = property === first?.property;
    if (isUsed && element.max > 1) writeList(owner, property, items);
    else if (isUsed) writeOne(owner, first);
    else writeOne(owner, { property, value: undefined, digits: undefined, companion: undefined });
  }
}

function writeOne(owner: JsonObject, { property, value, digits, companion }: ElementItem): void {
  put(owner, property, value);
  put(owner, `_${property}`, companion);
  keepNumberText(owner, property, digits);
}

function writeList(owner: JsonObject, property: string, items: readonly ElementItem[]): void {
  const values: JsonArray = items.map(({ value }) => value ?? null);
  for (const [index, { digits }] of items.entries()) keepNumberText(values, String(index), digits);
  put(owner, property, items.some(({ value }) => value !== undefined) ? values : undefined);
  const hasCompanion = items.some(({ companion }) => companion !== undefined);
  put(owner, `_${property}`, hasCompanion ? items.map(({ companion }) => companion ?? null) : undefined);
}

function put(owner: JsonObject, key: string, value: JsonValue | undefined): void {
  if (value === undefined) Reflect.deleteProperty(owner, key);
  else owner[key] = value;
}

function propertiesOf(type: TypeDef, element: ElementDef): string[] {
  if (!element.isChoice) return [element.name];
  return [...type.properties.values()].filter((known) => known.element === element).map(({ property }) => property);
}
