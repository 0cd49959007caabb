import {
  addDecimals,
  compareDecimals,
  multiplyDecimals,
  numericText,
  precisionRange,
  subtractDecimals,
} from '../../kernel/decimal.ts';
import type { Scope } from '../compile/scope.ts';
import { canonicalQuantity, UCUM } from '../index/quantity.ts';
import type { QuantityRow } from '../index/row-types.ts';
import type { SearchParam } from '../registry-types.ts';
import type { NumberTest, Prefix, QuantityTest } from '../tree.ts';

/** A closed range; an open end is null. */
type Holds = (low: string | null, high: string | null) => boolean;

/** The rules stand in compile/quantity.ts. */
export function quantityMatches(
  scope: Scope,
  param: SearchParam,
  test: NumberTest | QuantityTest,
  rows: readonly QuantityRow[],
): boolean {
  const keys = new Set(param.slots.map(({ slot }) => scope.hasher.slotKey(slot.id)));
  const holds = rowTest(scope, test);
  return rows.some((row) => keys.has(row.key) && holds(row));
}

function rowTest({ hasher }: Scope, test: NumberTest | QuantityTest): (row: QuantityRow) => boolean {
  const asWritten = range(test.prefix, test.value, (number) => number);
  const canonicalIn =
    (unit: number, holds: Holds) =>
    (row: QuantityRow): boolean =>
      row.canonicalUnit === unit && holds(row.canonicalLow, row.canonicalHigh);
  if (test.is === 'number') return canonicalIn(0, asWritten);
  const { system, code, value } = test;
  if (code === undefined) return ({ low, high }) => asWritten(low, high);
  const canonical = canonicalQuantity(value, system, code);
  if (canonical !== undefined) {
    const convert = (number: string): string => canonicalQuantity(number, UCUM, code)?.value ?? number;
    return canonicalIn(hasher.hash32(canonical.unit), range(test.prefix, value, convert));
  }
  const name = hasher.hash32(code);
  if (system === undefined) {
    return ({ code: own, unit, low, high }) => (own === name || unit === name) && asWritten(low, high);
  }
  const inUnit = canonicalIn(0, asWritten);
  const hash = hasher.hash32(system);
  return (row) => row.system === hash && row.code === name && inUnit(row);
}

/** The rules stand in compile/number-range.ts. */
function range(prefix: Prefix, value: string, convert: (number: string) => string): Holds {
  const precision = precisionRange(value);
  const [a, b] = [convert(precision.low), convert(precision.high)];
  const v = convert(numericText(value));
  const compare = compareDecimals;
  switch (prefix) {
    case 'eq':
      return (low, high) =>
        low !== null && high !== null && compare(low, a) >= 0 && compare(low, b) < 0 && compare(high, b) < 0;
    case 'ne':
      return (low, high) => low === null || high === null || compare(low, a) < 0 || compare(high, b) >= 0;
    case 'gt':
      return (_low, high) => high === null || compare(high, v) > 0;
    case 'ge':
      return (_low, high) => high === null || compare(high, v) >= 0;
    case 'lt':
      return (low) => low === null || compare(low, v) < 0;
    case 'le':
      return (low) => low === null || compare(low, v) <= 0;
    case 'sa':
      return (low) => low !== null && compare(low, v) > 0;
    case 'eb':
      return (_low, high) => high !== null && compare(high, v) < 0;
    case 'ap': {
      const tolerance = multiplyDecimals(value, '0.1').replace(/^-/, '');
      const from = convert(least(subtractDecimals(value, tolerance), precision.low));
      const to = convert(greatest(addDecimals(value, tolerance), precision.high));
      return (low, high) => (low === null || compare(low, to) <= 0) && (high === null || compare(high, from) >= 0);
    }
  }
}

function least(a: string, b: string): string {
  return compareDecimals(a, b) <= 0 ? a : b;
}

function greatest(a: string, b: string): string {
  return compareDecimals(a, b) >= 0 ? a : b;
}
