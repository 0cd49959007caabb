import { addDecimals, compareDecimals, divideDecimals, multiplyDecimals } from '../../kernel/decimal.ts';
import { canonicalUnit, type CanonicalUnit } from '../../kernel/ucum-unit.ts';
import { roundDecimal, scaleOf } from './decimals.ts';

export interface Quantity {
  /** Decimal as text. */
  readonly value: string;
  /** UCUM code, or a calendar unit such as `month`. */
  readonly unit: string;
}

/** Calendar units that last as long as a UCUM unit does; years and months do not. https://hl7.org/fhirpath/N1/#time-valued-quantities */
const FIXED: Readonly<Record<string, string>> = {
  week: 'wk',
  day: 'd',
  hour: 'h',
  minute: 'min',
  second: 's',
  millisecond: 'ms',
};

const MONTHS: CanonicalUnit = { unit: 'month', offset: '0', numerator: '1', denominator: '1' };
const YEARS: CanonicalUnit = { ...MONTHS, numerator: '12' };

/** `days` and `day` as `day`; undefined when it is no calendar unit. */
export function calendarUnit(unit: string): string | undefined {
  return /^(year|month|week|day|hour|minute|second|millisecond)s?$/.exec(unit)?.[1];
}

function unitOf(unit: string): CanonicalUnit | undefined {
  const calendar = calendarUnit(unit);
  if (calendar === 'year') return YEARS;
  if (calendar === 'month') return MONTHS;
  return canonicalUnit(calendar === undefined ? unit : (FIXED[calendar] ?? unit));
}

function inBaseUnits({ value }: Quantity, { offset, numerator }: CanonicalUnit): string {
  return multiplyDecimals(addDecimals(value, offset), numerator);
}

/** Negative, 0 or positive; undefined when the units measure different things. */
export function compareQuantities(a: Quantity, b: Quantity): number | undefined {
  if (a.unit === b.unit) return compareDecimals(a.value, b.value);
  const left = unitOf(a.unit);
  const right = unitOf(b.unit);
  if (left === undefined || right === undefined || left.unit !== right.unit) return undefined;
  return compareDecimals(
    multiplyDecimals(inBaseUnits(a, left), right.denominator),
    multiplyDecimals(inBaseUnits(b, right), left.denominator),
  );
}

export function areComparable(a: string, b: string): boolean {
  if (a === b) return unitOf(a) !== undefined;
  const left = unitOf(a);
  return left !== undefined && left.unit === unitOf(b)?.unit;
}

/** The value in base units, with the exponents of the base units as text; undefined for units that UCUM does not know. */
export function toBaseUnits(quantity: Quantity): Quantity | undefined {
  const unit = unitOf(quantity.unit);
  if (unit === undefined) return undefined;
  return { value: divideDecimals(inBaseUnits(quantity, unit), unit.denominator), unit: unit.unit };
}

/** In the unit of another; undefined when the units measure different things. */
export function convertQuantity(quantity: Quantity, unit: string): Quantity | undefined {
  const from = unitOf(quantity.unit);
  const to = unitOf(unit);
  if (from === undefined || to === undefined || from.unit !== to.unit) return undefined;
  const base = divideDecimals(
    multiplyDecimals(inBaseUnits(quantity, from), to.denominator),
    multiplyDecimals(from.denominator, to.numerator),
  );
  return { value: to.offset === '0' ? base : addDecimals(base, `-${to.offset}`), unit };
}

/** Equal when rounded to the digits of the coarser one, in its unit: `4 'g' ~ 4040 'mg'`. */
export function areEquivalentQuantities(a: Quantity, b: Quantity): boolean {
  const isAtLeast = compareQuantities({ value: '1', unit: a.unit }, { value: '1', unit: b.unit });
  if (isAtLeast === undefined) return false;
  const [coarse, fine] = isAtLeast >= 0 ? [a, b] : [b, a];
  const converted = convertQuantity(fine, coarse.unit);
  if (converted === undefined) return false;
  const digits = Math.min(scaleOf(coarse.value), scaleOf(fine.value));
  return compareDecimals(roundDecimal(coarse.value, digits), roundDecimal(converted.value, digits)) === 0;
}
