import type { Definitions, TypeDef } from '../../definitions/definitions.ts';
import { isObject, type JsonArray, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { itemOf, systemItem, type Item } from './item.ts';

/** How elements are found in JSON. */
export interface Navigator {
  readonly definitions: Definitions;
  /** Adds the elements of that name to `out`, in their order; choices are named `value`, not `valueString`. */
  addMembers(item: Item, name: string, out: Item[]): void;
  addChildren(item: Item, out: Item[]): void;
  isPrimitive(type: string): boolean;
}

/** JSON property → type code of what stands there, for one element name of one type. */
type Properties = ReadonlyMap<string, string>;

const NO_PROPERTIES: Properties = new Map();

export function createNavigator(definitions: Definitions): Navigator {
  const plans = new Map<string, Map<string, Properties>>();
  const primitives = new Map<string, boolean>();

  function isPrimitive(type: string): boolean {
    let known = primitives.get(type);
    if (known === undefined) primitives.set(type, (known = definitions.type(type)?.kind === 'primitive'));
    return known;
  }

  function propertiesOf(type: string, name: string): Properties {
    let byName = plans.get(type);
    if (byName === undefined) plans.set(type, (byName = namedProperties(definitions.type(type))));
    return byName.get(name) ?? NO_PROPERTIES;
  }

  function addProperty(owner: JsonObject, property: string, type: string, item: Item, out: Item[]): void {
    const value = owner[property];
    const companion = isPrimitive(type) ? owner[`_${property}`] : undefined;
    if (Array.isArray(value) || Array.isArray(companion)) addRepeated(value, companion, type, item, out);
    else add(value, companion, type, owner, property, item, out);
  }

  return {
    definitions,
    isPrimitive,
    addMembers(item, name, out) {
      if (item.type.startsWith('System.')) {
        addSystemMember(item, name, out);
        return;
      }
      const owner = isPrimitive(item.type) ? item.companion : item.value;
      if (!isObject(owner)) return;
      const properties = propertiesOf(item.type, name);
      if (properties.size === 1) {
        for (const [property, type] of properties) addProperty(owner, property, type, item, out);
        return;
      }
      if (properties.size === 0) return;
      // A choice has up to fifty properties; the object has a few.
      for (const key in owner) {
        const property = key.charCodeAt(0) === 95 && owner[key.slice(1)] === undefined ? key.slice(1) : key;
        const type = properties.get(property);
        if (type !== undefined) addProperty(owner, property, type, item, out);
      }
    },
    addChildren(item, out) {
      if (item.type.startsWith('System.')) return;
      const owner = isPrimitive(item.type) ? item.companion : item.value;
      if (!isObject(owner)) return;
      const type = definitions.type(item.type);
      for (const key in owner) {
        const property = key.charCodeAt(0) === 95 && owner[key.slice(1)] === undefined ? key.slice(1) : key;
        const known = type?.properties.get(property);
        if (known !== undefined) addProperty(owner, property, typeIn(type, property, known.type.code), item, out);
      }
    },
  };
}

function namedProperties(type: TypeDef | undefined): Map<string, Properties> {
  const byName = new Map<string, Map<string, string>>();
  for (const { property, element, type: reference } of type?.properties.values() ?? []) {
    const known = byName.get(element.name) ?? new Map<string, string>();
    byName.set(element.name, known.set(property, typeIn(type, property, reference.code)));
  }
  return byName;
}

/** R4's definitions call the id of a resource a string; its type is id. https://hl7.org/fhir/R4/resource.html#id */
function typeIn(owner: TypeDef | undefined, property: string, code: string): string {
  return owner?.kind === 'resource' && property === 'id' ? 'id' : code;
}

function addRepeated(
  value: JsonValue | undefined,
  companion: JsonValue | undefined,
  type: string,
  item: Item,
  out: Item[],
): void {
  const values = Array.isArray(value) ? value : undefined;
  const companions = Array.isArray(companion) ? companion : undefined;
  const length = Math.max(values?.length ?? 0, companions?.length ?? 0);
  const parent = values ?? companions ?? [];
  for (let index = 0; index < length; index += 1) {
    add(values?.[index], companions?.[index], type, parent, index, item, out);
  }
}

function add(
  value: JsonValue | undefined,
  companion: JsonValue | undefined,
  type: string,
  parent: JsonObject | JsonArray,
  key: string | number,
  item: Item,
  out: Item[],
): void {
  const present = value === null ? undefined : value;
  const beside = isObject(companion) ? companion : undefined;
  if (present === undefined && beside === undefined) return;
  out.push(itemOf(runtimeType(present, type), present, beside, parent, key, item));
}

/** Elements of type Resource hold resources of any type. */
function runtimeType(value: JsonValue | undefined, type: string): string {
  if (type !== 'Resource' || !isObject(value)) return type;
  return typeof value.resourceType === 'string' ? value.resourceType : type;
}

/** What `type()` answers has a namespace and a name, quantities have a value and a unit. */
function addSystemMember({ type, value }: Item, name: string, out: Item[]): void {
  if (!isObject(value)) return;
  const member = Object.hasOwn(value, name) ? value[name] : undefined;
  if (typeof member !== 'string') return;
  out.push(systemItem(type === 'System.Quantity' && name === 'value' ? 'System.Decimal' : 'System.String', member));
}
