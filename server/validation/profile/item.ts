import type { Definitions, TypeDef } from '../../definitions/definitions.ts';
import { isObject, type JsonArray, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** One occurrence of an element in a resource. */
export interface Item {
  /** Undefined for a primitive that has only extensions. */
  readonly value: JsonValue | undefined;
  /** Id and extensions of a primitive. */
  readonly companion: JsonObject | undefined;
  /** Where the value stands, for the digits of numbers. */
  readonly owner: JsonObject | JsonArray;
  readonly key: string;
  /** Place in a list; undefined for a single element. */
  readonly index: number | undefined;
  /** `Quantity`, `Patient.contact`; of a resource its own type. */
  readonly type: string;
}

interface Property {
  readonly property: string;
  readonly companion: string;
  readonly type: string;
}

/** An element by its JSON properties: one, or one per type of a choice. */
export interface Properties {
  readonly isList: boolean;
  readonly all: readonly Property[];
  /** Of a choice: by the names of properties and companions. */
  readonly byKey: ReadonlyMap<string, Property> | undefined;
}

const NO_ITEMS: readonly Item[] = [];

const propertiesByType = new WeakMap<TypeDef, Map<string, Properties | undefined>>();

/** The JSON properties of an element, named without `[x]`; undefined when the type has no such element. */
export function propertiesOf(type: TypeDef | undefined, element: string): Properties | undefined {
  if (type === undefined) return undefined;
  let known = propertiesByType.get(type);
  if (known === undefined) propertiesByType.set(type, (known = new Map<string, Properties | undefined>()));
  if (!known.has(element)) known.set(element, findProperties(type, element));
  return known.get(element);
}

function findProperties(type: TypeDef, element: string): Properties | undefined {
  const definition = type.elements.find(({ name }) => name === element);
  if (definition === undefined) return undefined;
  const all: Property[] = [];
  for (const { property, element: owner, type: ref } of type.properties.values()) {
    if (owner === definition) all.push({ property, companion: `_${property}`, type: ref.code });
  }
  const byKey = new Map(all.flatMap((one) => [[one.property, one] as const, [one.companion, one] as const]));
  return { isList: definition.max > 1, all, byKey: definition.isChoice ? byKey : undefined };
}

export function itemsOf(owner: JsonObject, { isList, all, byKey }: Properties): readonly Item[] {
  const found = byKey === undefined ? all : present(owner, byKey);
  let items: Item[] | undefined;
  for (const { property, companion, type } of found) {
    const value = owner[property];
    const other = owner[companion];
    if (value === undefined && other === undefined) continue;
    items ??= [];
    if (isList) addListed(items, value, other, type);
    else {
      items.push({
        value,
        companion: isObject(other) ? other : undefined,
        owner,
        key: property,
        index: undefined,
        type: actualType(value, type),
      });
    }
  }
  return items ?? NO_ITEMS;
}

/** A value[x] has 50 properties, of which an object has one: its keys are fewer. */
function present(owner: JsonObject, byKey: ReadonlyMap<string, Property>): readonly Property[] {
  const found: Property[] = [];
  for (const key in owner) {
    const property = byKey.get(key);
    if (property !== undefined && !found.includes(property)) found.push(property);
  }
  return found;
}

function addListed(
  items: Item[],
  values: JsonValue | undefined,
  companions: JsonValue | undefined,
  type: string,
): void {
  const list = Array.isArray(values) ? values : [];
  const others = Array.isArray(companions) ? companions : [];
  for (let index = 0; index < Math.max(list.length, others.length); index += 1) {
    const value = list[index] ?? undefined;
    const other = others[index];
    items.push({
      value,
      companion: isObject(other) ? other : undefined,
      owner: list,
      key: String(index),
      index,
      type: actualType(value, type),
    });
  }
}

/** An element that may hold any resource has the type of the one it holds. */
function actualType(value: JsonValue | undefined, type: string): string {
  return isObject(value) && typeof value.resourceType === 'string' ? value.resourceType : type;
}

/** The object whose properties are the children of an element; of a primitive what stands beside it. */
export function contentOf({ value, companion }: Item): JsonObject {
  return isObject(value) ? value : (companion ?? {});
}

/** Whether values of a type are accepted where another is asked for: Age for Quantity, Patient for Resource. */
export function isOfType(type: string, expected: string, definitions: Definitions): boolean {
  let current: string | undefined = type;
  while (current !== undefined && current !== '') {
    if (current === expected) return true;
    current = definitions.type(current)?.base;
  }
  return false;
}
