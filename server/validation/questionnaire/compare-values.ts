import { compareDecimals } from '../../kernel/decimal.ts';
import { EXACT, isObject, numberText, type JsonObject } from '../../kernel/json.ts';
import { canonicalQuantity } from '../../search/index/quantity.ts';
import type { TypedValue } from './item-extensions.ts';

/** Negative, zero or positive; undefined when the two cannot be compared (other types, other units, open precision). */
export function compareValues(a: TypedValue, b: TypedValue): number | undefined {
  if (typeof a.value === 'number' && typeof b.value === 'number') {
    // Without digits kept beside them both are what a double shows, and doubles compare as their digits do.
    const isShown = a.owner[EXACT] === undefined && b.owner[EXACT] === undefined;
    return isShown ? a.value - b.value : compareDecimals(digits(a), digits(b));
  }
  // A bound may be a number where the unit goes without saying.
  if (isObject(a.value) && typeof b.value === 'number') return compareAmount(a.value, digits(b));
  if (typeof a.value === 'string' && typeof b.value === 'string') return compareTexts(a.value, b.value, kindOf(a, b));
  if (isObject(a.value) && isObject(b.value) && a.type === b.type) {
    return a.type === 'Quantity' ? compareQuantities(a.value, b.value) : undefined;
  }
  return undefined;
}

/** Whether an answer is the value that a condition or an option names. */
export function equalValues(a: TypedValue, b: TypedValue): boolean {
  // Numbers may have more digits than the double shows.
  if (a.type === b.type && a.value === b.value && typeof a.value !== 'number') return true;
  if (isObject(a.value) && isObject(b.value)) {
    if (a.type !== b.type) return false;
    if (a.type === 'Coding') return a.value.code === b.value.code && a.value.system === b.value.system;
    if (a.type === 'Reference') return a.value.reference === b.value.reference;
    return compareValues(a, b) === 0;
  }
  return typeof a.value !== 'boolean' && compareValues(a, b) === 0;
}

function compareAmount(quantity: JsonObject, amount: string): number | undefined {
  const value = numberText(quantity, 'value');
  return value === undefined ? undefined : compareDecimals(value, amount);
}

function digits({ owner, property }: TypedValue): string {
  return numberText(owner, property) ?? '0';
}

type Kind = 'moment' | 'time' | 'text';

function kindOf(a: TypedValue, b: TypedValue): Kind {
  if (a.type === 'Time' && b.type === 'Time') return 'time';
  return MOMENTS.includes(a.type) && MOMENTS.includes(b.type) ? 'moment' : 'text';
}

const MOMENTS = ['Date', 'DateTime', 'Instant'];

function compareTexts(a: string, b: string, kind: Kind): number | undefined {
  if (kind === 'moment') return compareMoments(a, b);
  // `10:00:00` and `10:00:00.0` are the same time.
  const [x, y] = kind === 'time' ? [withoutZeros(a), withoutZeros(b)] : [a, b];
  return x < y ? -1 : x > y ? 1 : 0;
}

function withoutZeros(time: string): string {
  return time.includes('.') ? time.replace(/\.?0+$/, '') : time;
}

/** Dates compare as far as both say something; instants as points in time. */
function compareMoments(a: string, b: string): number | undefined {
  if (a.length > 10 && b.length > 10) {
    const difference = Date.parse(a) - Date.parse(b);
    return Number.isNaN(difference) ? undefined : difference;
  }
  const length = Math.min(a.length, b.length);
  const x = a.slice(0, length);
  const y = b.slice(0, length);
  if (x !== y) return x < y ? -1 : 1;
  return a.length === b.length ? 0 : undefined;
}

/** In their common unit, or in base units by UCUM. */
function compareQuantities(a: JsonObject, b: JsonObject): number | undefined {
  const x = numberText(a, 'value');
  const y = numberText(b, 'value');
  if (x === undefined || y === undefined) return undefined;
  if (a.system === b.system && a.code === b.code && (a.code !== undefined || a.unit === b.unit)) {
    return compareDecimals(x, y);
  }
  const left = canonicalQuantity(x, text(a.system), text(a.code));
  const right = canonicalQuantity(y, text(b.system), text(b.code));
  if (left === undefined || right === undefined || left.unit !== right.unit) return undefined;
  return compareDecimals(left.value, right.value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
