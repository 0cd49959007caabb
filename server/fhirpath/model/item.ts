import type { JsonArray, JsonObject, JsonValue } from '../../kernel/json.ts';

/** One value of a collection: an element of a resource, or a computed value of a `System` type. */
export interface Item {
  /** `HumanName`, `string`, `Patient`, `Patient.contact`, `System.Integer`, … */
  readonly type: string;
  /**
   * The JSON value; undefined for a primitive that has nothing but extensions. Computed decimals are texts with their
   * digits, dates and times texts without `@`, quantities `{value: text, unit: text}`.
   */
  readonly value: JsonValue | undefined;
  /** What JSON keeps beside a primitive, its id and extensions. */
  readonly companion: JsonObject | undefined;
  /** `parent[key]` is where the value stands; undefined for computed values and roots. */
  readonly parent: JsonObject | JsonArray | undefined;
  readonly key: string | number;
  /** The element that this one is a child of. */
  readonly owner: Item | undefined;
}

export type Items = readonly Item[];

export const NONE: Items = [];

export function itemOf(
  type: string,
  value: JsonValue | undefined,
  companion: JsonObject | undefined,
  parent: JsonObject | JsonArray | undefined,
  key: string | number,
  owner: Item | undefined,
): Item {
  return { type, value, companion, parent, key, owner };
}

/** A value of a `System` type; see {@link Item.value} for its form. */
export function systemItem(type: string, value: JsonValue): Item {
  return { type, value, companion: undefined, parent: undefined, key: '', owner: undefined };
}

export function resourceItem(resource: JsonObject): Item {
  const { resourceType } = resource;
  const type = typeof resourceType === 'string' ? resourceType : 'Resource';
  return { type, value: resource, companion: undefined, parent: undefined, key: '', owner: undefined };
}

const TRUE: Items = [systemItem('System.Boolean', true)];
const FALSE: Items = [systemItem('System.Boolean', false)];

export function booleanItems(value: boolean | undefined): Items {
  return value === undefined ? NONE : value ? TRUE : FALSE;
}

export function stringItems(value: string | undefined): Items {
  return value === undefined ? NONE : [systemItem('System.String', value)];
}

const MAX_INTEGER = 2 ** 31 - 1;

/** Empty beyond 32 bits. https://hl7.org/fhirpath/N1/#integer */
export function integerItems(value: number | undefined): Items {
  return value === undefined || !(Math.abs(value) <= MAX_INTEGER) ? NONE : [systemItem('System.Integer', value)];
}

export function decimalItems(text: string | undefined): Items {
  return text === undefined ? NONE : [systemItem('System.Decimal', text)];
}
