import { compareDecimals, numericText } from '../../kernel/decimal.ts';
import { isObject, numberText, type JsonArray, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { spend, spendText, type Env } from '../model/env.ts';
import type { Item, Items } from '../model/item.ts';
import { roundDecimal, scaleOf } from './decimals.ts';
import { operandOf, type Operand } from './operand.ts';
import { areEquivalentQuantities, compareQuantities, toBaseUnits } from './quantity.ts';
import { compareTemporal, temporalKey } from './temporal.ts';

/**
 * Equal texts for equal values, so that sets of thousands can be built in linear time. Two dates of which it is open
 * whether they are equal have different keys.
 */
export function equalityKey(item: Item, env: Env): string {
  const key = keyOf(item);
  spendText(env, key.length);
  return key;
}

function keyOf(item: Item): string {
  const { type, value } = item;
  // The usual case: strings, of which nothing has to be computed.
  const operand = operandOf(item);
  switch (operand.kind) {
    case 'string':
      return `s${operand.value}`;
    case 'boolean':
      return `b${operand.value}`;
    case 'integer':
      return `n${operand.value}`;
    case 'decimal':
      return `n${numericText(operand.value)}`;
    case 'temporal':
      return temporalKey(operand.value);
    case 'quantity': {
      const base = toBaseUnits(operand.value);
      return base === undefined
        ? `q${operand.value.unit} ${numericText(operand.value.value)}`
        : `q${base.unit} ${numericText(base.value)}`;
    }
    default:
      return value === undefined ? `e${type}${contentKey(item.companion ?? null)}` : `o${contentKey(value)}`;
  }
}

/** JSON with sorted properties and numbers without superfluous zeros. */
function contentKey(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((entry, index) => entryKey(value, String(index), entry)).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const properties = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return `{${properties.map((key) => `${JSON.stringify(key)}:${entryKey(value, key, value[key] ?? null)}`).join()}}`;
}

function entryKey(parent: JsonObject | JsonArray, key: string, value: JsonValue): string {
  return typeof value === 'number' ? numericText(numberText(parent, key) ?? String(value)) : contentKey(value);
}

/** `=` of two values; undefined where it is open. https://hl7.org/fhirpath/N1/#equals */
export function areEqual(a: Item, b: Item, env: Env): boolean | undefined {
  const left = operandOf(a);
  const right = operandOf(b);
  const order = compareOperands(left, right);
  if (order !== undefined) return order === 0;
  if (left.kind === 'temporal' && right.kind === 'temporal') {
    return (left.value.kind === 'time') === (right.value.kind === 'time') ? undefined : false;
  }
  if (left.kind === 'quantity' && right.kind === 'quantity') return isCalendar(left.value.unit, right.value.unit);
  return equalityKey(a, env) === equalityKey(b, env);
}

/** Whether a year is as long as `1 'a'` is open; other units that do not compare are just different. */
function isCalendar(a: string, b: string): undefined | false {
  const isOpen = /^(year|month)s?$/.test(a) || /^(year|month)s?$/.test(b);
  return isOpen ? undefined : false;
}

/** Negative, 0 or positive; undefined when they cannot be compared. Booleans are equal or not. */
export function compareOperands(left: Operand, right: Operand): number | undefined {
  if (left.kind === 'integer' && right.kind === 'integer') return left.value - right.value;
  const a = numberOf(left);
  const b = numberOf(right);
  if (a !== undefined && b !== undefined) return compareDecimals(a, b);
  if (left.kind === 'string' && right.kind === 'string') {
    return left.value < right.value ? -1 : left.value > right.value ? 1 : 0;
  }
  if (left.kind === 'boolean' && right.kind === 'boolean') return Number(left.value) - Number(right.value);
  if (left.kind === 'temporal' && right.kind === 'temporal') {
    const isOneKind = (left.value.kind === 'time') === (right.value.kind === 'time');
    return isOneKind ? compareTemporal(left.value, right.value) : undefined;
  }
  if (left.kind === 'quantity' || right.kind === 'quantity') {
    const quantities = [quantityOf(left), quantityOf(right)];
    const [x, y] = quantities;
    return x === undefined || y === undefined ? undefined : compareQuantities(x, y);
  }
  return undefined;
}

/** Digits of an integer or decimal. */
export function numberOf(operand: Operand): string | undefined {
  if (operand.kind === 'decimal') return operand.value;
  return operand.kind === 'integer' ? String(operand.value) : undefined;
}

/** Numbers are quantities of the unit `1`. */
export function quantityOf(operand: Operand): { readonly value: string; readonly unit: string } | undefined {
  if (operand.kind === 'quantity') return operand.value;
  const value = numberOf(operand);
  return value === undefined ? undefined : { value, unit: '1' };
}

/** `=` of collections: the same values in the same order. */
export function areCollectionsEqual(left: Items, right: Items, env: Env): boolean | undefined {
  if (left.length === 0 || right.length === 0) return undefined;
  if (left.length !== right.length) return false;
  let isOpen = false;
  spend(env, left.length);
  for (const [index, item] of left.entries()) {
    const other = right[index];
    const isEqual = other === undefined ? false : areEqual(item, other, env);
    if (isEqual === false) return false;
    isOpen ||= isEqual === undefined;
  }
  return isOpen ? undefined : true;
}

/** `~` of collections: the same values in any order, as coarse as the coarser of two. https://hl7.org/fhirpath/N1/#equivalent */
export function areCollectionsEquivalent(left: Items, right: Items, env: Env): boolean {
  if (left.length !== right.length) return false;
  const open = [...right];
  for (const item of left) {
    const index = open.findIndex((other) => areEquivalent(item, other, env));
    if (index === -1) return false;
    open.splice(index, 1);
  }
  return true;
}

function areEquivalent(a: Item, b: Item, env: Env): boolean {
  spend(env, 1);
  const left = operandOf(a);
  const right = operandOf(b);
  if (left.kind === 'string' && right.kind === 'string') return folded(left.value) === folded(right.value);
  const x = numberOf(left);
  const y = numberOf(right);
  if (x !== undefined && y !== undefined) {
    const digits = Math.min(scaleOf(x), scaleOf(y));
    return compareDecimals(roundDecimal(x, digits), roundDecimal(y, digits)) === 0;
  }
  if (left.kind === 'quantity' || right.kind === 'quantity') {
    const p = quantityOf(left);
    const q = quantityOf(right);
    return p !== undefined && q !== undefined && areEquivalentQuantities(p, q);
  }
  if (left.kind === 'other' && right.kind === 'other') {
    const keys = [a, b].map(({ value, companion }) => equivalenceKey(value ?? companion ?? null));
    spendText(env, keys.join('').length);
    return keys[0] === keys[1];
  }
  return areEqual(a, b, env) === true;
}

function folded(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ');
}

/** Like {@link contentKey}, without order, case and ids. */
function equivalenceKey(value: JsonValue): string {
  if (typeof value === 'string') return JSON.stringify(folded(value));
  if (Array.isArray(value)) return `[${value.map(equivalenceKey).sort().join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const properties = Object.keys(value)
    .filter((key) => key !== 'id' && value[key] !== undefined)
    .sort();
  return `{${properties.map((key) => `${JSON.stringify(key)}:${equivalenceKey(value[key] ?? null)}`).join()}}`;
}
