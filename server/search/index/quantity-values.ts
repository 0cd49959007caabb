import { numericText } from '../../kernel/decimal.ts';
import { isObject, numberText, type JsonArray, type JsonObject } from '../../kernel/json.ts';
import { canonicalQuantity } from './quantity.ts';
import { textOf, type IndexedValue } from './values.ts';

const CURRENCIES = 'urn:iso:std:iso:4217';

/** A closed range of numbers with its unit; texts are decimals for PostgreSQL's `numeric`, null is an open end. */
export interface QuantityValue {
  readonly system: string | undefined;
  readonly code: string | undefined;
  readonly unit: string | undefined;
  readonly low: string | null;
  readonly high: string | null;
  /** Base units; undefined when the unit is not UCUM's: then the canonical ends equal the plain ones. */
  readonly canonicalUnit: string | undefined;
  readonly canonicalLow: string | null;
  readonly canonicalHigh: string | null;
}

/** Quantity and its specialisations, Money, Range. https://hl7.org/fhir/R4/search.html#quantity */
export function quantityOf({ value, type }: IndexedValue): QuantityValue | undefined {
  if (!isObject(value)) return undefined;
  if (type === 'SampledData') return undefined;
  if (type === 'Money') return quantity(value, CURRENCIES, textOf(value, 'currency'));
  if (type === 'Range') return range(value);
  return quantity(value, textOf(value, 'system'), textOf(value, 'code'));
}

/** Integers, decimals and Range as numbers without a unit. https://hl7.org/fhir/R4/search.html#number */
export function numberOf({ value, type, parent, key }: IndexedValue): QuantityValue | undefined {
  if (typeof value === 'number') {
    const text = plainNumber(parent, String(key));
    return text === undefined ? undefined : numberPair(text, text, text, text);
  }
  if (!isObject(value) || type !== 'Range') return undefined;
  const low = isObject(value.low) ? (plainNumber(value.low, 'value') ?? null) : null;
  const high = isObject(value.high) ? (plainNumber(value.high, 'value') ?? null) : null;
  return low === null && high === null ? undefined : numberPair(low, high, low, high);
}

/** A value without a unit; composites of two numbers keep the second one in the canonical columns. */
export function numberPair(
  low: string | null,
  high: string | null,
  canonicalLow: string | null,
  canonicalHigh: string | null,
): QuantityValue {
  const none = { system: undefined, code: undefined, unit: undefined, canonicalUnit: undefined };
  return { ...none, low, high, canonicalLow, canonicalHigh };
}

function plainNumber(parent: JsonObject | JsonArray, key: string): string | undefined {
  const text = numberText(parent, key);
  return text === undefined ? undefined : numericText(text);
}

function quantity(object: JsonObject, system: string | undefined, code: string | undefined): QuantityValue | undefined {
  const value = plainNumber(object, 'value');
  if (value === undefined) return undefined;
  const canonical = canonicalQuantity(value, system, code);
  const inBase = canonical?.value ?? value;
  const comparator = textOf(object, 'comparator') ?? '';
  // `< 5` is known to lie anywhere below 5: https://hl7.org/fhir/R4/valueset-quantity-comparator.html
  const isOpenBelow = comparator.startsWith('<');
  const isOpenAbove = comparator.startsWith('>');
  return {
    system,
    code,
    unit: textOf(object, 'unit'),
    canonicalUnit: canonical?.unit,
    low: isOpenBelow ? null : value,
    high: isOpenAbove ? null : value,
    canonicalLow: isOpenBelow ? null : inBase,
    canonicalHigh: isOpenAbove ? null : inBase,
  };
}

function range(object: JsonObject): QuantityValue | undefined {
  const low = isObject(object.low)
    ? quantityOf({ value: object.low, type: 'Quantity', parent: object, key: 'low' })
    : undefined;
  const high = isObject(object.high)
    ? quantityOf({ value: object.high, type: 'Quantity', parent: object, key: 'high' })
    : undefined;
  const named = low ?? high;
  if (named === undefined) return undefined;
  return {
    system: named.system,
    code: named.code,
    unit: named.unit,
    canonicalUnit: named.canonicalUnit,
    low: low?.low ?? null,
    high: high?.high ?? null,
    canonicalLow: low?.canonicalLow ?? null,
    canonicalHigh: high?.canonicalHigh ?? null,
  };
}
