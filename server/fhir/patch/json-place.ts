import { compareDecimals } from '../../kernel/decimal.ts';
import {
  EXACT,
  isObject,
  keepNumberText,
  numberText,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '../../kernel/json.ts';

/** Where a value stands; the digits of a number are kept at its parent, so a value alone would lose them. */
export interface Place {
  readonly parent: JsonObject | JsonArray;
  readonly key: string;
}

/** The value with the digits that it has, when it is a number that JavaScript would print otherwise. */
export interface ExactValue {
  readonly value: JsonValue;
  readonly digits: string | undefined;
}

export function valueAt({ parent, key }: Place): JsonValue | undefined {
  return Object.hasOwn(parent, key) ? (parent as JsonObject)[key] : undefined;
}

/** What stands at a place that exists. */
export function exactAt(place: Place): ExactValue {
  return { value: valueAt(place) ?? null, digits: place.parent[EXACT]?.[place.key] };
}

export function setAt({ parent, key }: Place, { value, digits }: ExactValue): void {
  (parent as JsonObject)[key] = value;
  keepNumberText(parent, key, digits);
}

export function insertAt(array: JsonArray, index: number, { value, digits }: ExactValue): void {
  array.splice(index, 0, value);
  shiftDigits(array, index, 1);
  keepNumberText(array, String(index), digits);
}

export function removeAt({ parent, key }: Place): void {
  keepNumberText(parent, key, undefined);
  if (Array.isArray(parent)) {
    parent.splice(Number(key), 1);
    shiftDigits(parent, Number(key), -1);
  } else Reflect.deleteProperty(parent, key);
}

/** Moves the digits of all items from `index` on by one place. */
function shiftDigits(array: JsonArray, index: number, by: 1 | -1): void {
  const exact = array[EXACT];
  if (exact === undefined) return;
  const shifted = Object.entries(exact).map(([key, digits]) => [Number(key) < index ? key : Number(key) + by, digits]);
  array[EXACT] = Object.fromEntries(shifted) as Record<string, string>;
}

/** Equality of RFC 6902 §4.6: numbers by their value (`1.0` = `1`), objects in any order. */
export function isEqualAt(a: Place, b: Place): boolean {
  const left = valueAt(a);
  const right = valueAt(b);
  if (typeof left === 'number' && typeof right === 'number') {
    const [x, y] = [numberText(a.parent, a.key), numberText(b.parent, b.key)];
    return left === right && x !== undefined && y !== undefined && compareDecimals(x, y) === 0;
  }
  if (Array.isArray(left) && Array.isArray(right)) return left.length === right.length && hasEqualMembers(left, right);
  if (isObject(left) && isObject(right)) {
    return Object.keys(left).length === Object.keys(right).length && hasEqualMembers(left, right);
  }
  return left === right;
}

function hasEqualMembers(left: JsonObject | JsonArray, right: JsonObject | JsonArray): boolean {
  return Object.keys(left).every(
    (key) => Object.hasOwn(right, key) && isEqualAt({ parent: left, key }, { parent: right, key }),
  );
}
