import {
  addDecimals,
  compareDecimals,
  multiplyDecimals,
  numericText,
  precisionRange,
  subtractDecimals,
} from '../../kernel/decimal.ts';
import type { Prefix } from '../tree.ts';
import type { Sql } from './sql.ts';

/** The columns that a number is compared with. */
export interface NumberColumns {
  readonly low: string;
  readonly high: string;
}

/** A number of search, compared with values [l, h] of resources (l = h but for Range and `<5`; an open end is null). */
export interface NumberRange {
  where(columns: NumberColumns): string;
  /** What holds of `low` for all rows with l = h that match; undefined: no limit. */
  access: ((low: string) => string) | undefined;
  /** Whether rows with l < h or an open end can match. */
  readonly matchesRanges: boolean;
}

/**
 * | prefix | matches when | reading of https://hl7.org/fhir/R4/search.html#number |
 * |---|---|---|
 * | eq | l >= a and h < b | [a, b): half a unit of the last digit written to both sides |
 * | ne | not eq | |
 * | gt | h > v or open | precision is ignored: v as written |
 * | lt | l < v or open | |
 * | ge | h >= v or open | |
 * | le | l <= v or open | |
 * | sa | l > v | |
 * | eb | h < v | |
 * | ap | l <= v + t and h >= v - t | t is a tenth of v, at least the half unit of eq |
 *
 * @param convert into the unit of the columns; identity for plain numbers
 */
export function numberRange(sql: Sql, prefix: Prefix, value: string, convert: (number: string) => string): NumberRange {
  const bind = (number: string): string => sql.bind(convert(number), 'numeric');
  const precision = precisionRange(value);
  switch (prefix) {
    case 'eq': {
      const a = (): string => bind(precision.low);
      const b = (): string => bind(precision.high);
      return {
        where: ({ low, high }) => `(${low} >= ${a()} and ${low} < ${b()} and ${high} < ${b()})`,
        access: (low) => `${low} >= ${a()} and ${low} < ${b()}`,
        matchesRanges: false,
      };
    }
    case 'ne': {
      const a = (): string => bind(precision.low);
      const b = (): string => bind(precision.high);
      return {
        where: ({ low, high }) => `(${low} is null or ${high} is null or ${low} < ${a()} or ${high} >= ${b()})`,
        access: undefined,
        matchesRanges: true,
      };
    }
    case 'gt':
      return compared((_low, high, v) => `(${high} > ${v} or ${high} is null)`, '>', true);
    case 'ge':
      return compared((_low, high, v) => `(${high} >= ${v} or ${high} is null)`, '>=', true);
    case 'lt':
      return compared((low, _high, v) => `(${low} < ${v} or ${low} is null)`, '<', true);
    case 'le':
      return compared((low, _high, v) => `(${low} <= ${v} or ${low} is null)`, '<=', true);
    case 'sa':
      return compared((low, _high, v) => `${low} > ${v}`, '>', false);
    case 'eb':
      return compared((_low, high, v) => `${high} < ${v}`, '<', true);
    case 'ap': {
      const tolerance = tenth(value);
      const a = (): string => bind(lesser(subtractDecimals(value, tolerance), precision.low));
      const b = (): string => bind(greater(addDecimals(value, tolerance), precision.high));
      return {
        where: ({ low, high }) => `((${low} <= ${b()} or ${low} is null) and (${high} >= ${a()} or ${high} is null))`,
        access: (low) => `${low} >= ${a()} and ${low} <= ${b()}`,
        matchesRanges: true,
      };
    }
  }

  function compared(
    where: (low: string, high: string, v: string) => string,
    operator: string,
    matchesRanges: boolean,
  ): NumberRange {
    const v = (): string => bind(numericText(value));
    return {
      where: ({ low, high }) => where(low, high, v()),
      access: (low) => `${low} ${operator} ${v()}`,
      matchesRanges,
    };
  }
}

function tenth(value: string): string {
  const tolerance = multiplyDecimals(value, '0.1');
  return tolerance.startsWith('-') ? tolerance.slice(1) : tolerance;
}

function lesser(a: string, b: string): string {
  return compareDecimals(a, b) <= 0 ? a : b;
}

function greater(a: string, b: string): string {
  return compareDecimals(a, b) >= 0 ? a : b;
}
