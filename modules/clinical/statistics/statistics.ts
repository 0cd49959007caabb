import { addDecimals, compareDecimals, divideDecimals, multiplyDecimals, subtractDecimals } from '#sdk';
import { decimalRoot, DIGITS } from './decimal-root.ts';

/**
 * Statistics of measured values as exact decimals: sums and ranks are exact, quotients and roots have 18 significant digits.
 * Percentiles are the nearest rank, a value that was measured; the variance is that of a sample (n − 1).
 * http://terminology.hl7.org/CodeSystem/observation-statistics
 */
type Measure = (sorted: readonly string[]) => string | undefined;

const MEASURES = {
  average: (sorted) => average(sorted),
  maximum: (sorted) => sorted.at(-1),
  minimum: (sorted) => sorted[0],
  median,
  'std-dev': (sorted) => mapped(variance(sorted), decimalRoot),
  sum: (sorted) => sum(sorted),
  variance,
  '20-percent': rank(1, 5),
  '80-percent': rank(4, 5),
  '4-lower': rank(1, 4),
  '4-upper': rank(3, 4),
  '4-dev': (sorted) => quartileDeviation(sorted),
  '5-1': rank(1, 5),
  '5-2': rank(2, 5),
  '5-3': rank(3, 5),
  '5-4': rank(4, 5),
  skew: (sorted) => standardMoment(sorted, 3),
  kurtosis: (sorted) => mapped(standardMoment(sorted, 4), (moment) => subtractDecimals(moment, '3')),
} as const satisfies Readonly<Record<string, Measure>>;

export type Statistic = keyof typeof MEASURES;

export const STATISTICS = Object.keys(MEASURES) as readonly Statistic[];

/** @param values in any order. @returns undefined when they are too few, or do not differ where they must */
export function statisticOf(statistic: Statistic, values: readonly string[]): string | undefined {
  if (values.length === 0) return undefined;
  return MEASURES[statistic]([...values].sort(inOrder));
}

/** Equal values by how they were written, so that 1.5 and 1.50 have one order as well. */
function inOrder(left: string, right: string): number {
  return compareDecimals(left, right) || left.length - right.length || (left < right ? -1 : Number(left > right));
}

function sum(values: readonly string[]): string {
  return values.reduce(addDecimals, '0');
}

function average(values: readonly string[]): string {
  return divideDecimals(sum(values), String(values.length), DIGITS);
}

function median(sorted: readonly string[]): string | undefined {
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return average(middle);
}

/** The smallest value that at least that part of all values does not exceed. */
function rank(part: number, of: number): Measure {
  return (sorted) => sorted[Math.max(1, Math.ceil((sorted.length * part) / of)) - 1];
}

function quartileDeviation(sorted: readonly string[]): string | undefined {
  const [lower, upper] = [rank(1, 4)(sorted), rank(3, 4)(sorted)];
  if (lower === undefined || upper === undefined) return undefined;
  return divideDecimals(subtractDecimals(upper, lower), '2', DIGITS);
}

/**
 * n·Σx² − (Σx)², which is n² times the second central moment, exactly: nothing is rounded before the last quotient.
 */
function spread(values: readonly string[]): string {
  const squares = sum(values.map((value) => multiplyDecimals(value, value)));
  const total = sum(values);
  return subtractDecimals(multiplyDecimals(String(values.length), squares), multiplyDecimals(total, total));
}

function variance(values: readonly string[]): string | undefined {
  const n = values.length;
  return n < 2 ? undefined : divideDecimals(spread(values), String(n * (n - 1)), DIGITS);
}

/** The third or fourth central moment in units of the standard deviation (of the whole, n): Σ(n·x − Σx)^k / (n · spread^(k/2)). */
function standardMoment(values: readonly string[], power: 3 | 4): string | undefined {
  const width = spread(values);
  if (compareDecimals(width, '0') === 0) return undefined;
  const n = String(values.length);
  const total = sum(values);
  const moments = values.map((value) => {
    const deviation = subtractDecimals(multiplyDecimals(n, value), total);
    return Array.from({ length: power }, () => deviation).reduce(multiplyDecimals, '1');
  });
  const scale = multiplyDecimals(width, power === 4 ? width : decimalRoot(width));
  return divideDecimals(sum(moments), multiplyDecimals(n, scale), DIGITS);
}

function mapped(value: string | undefined, change: (value: string) => string): string | undefined {
  return value === undefined ? undefined : change(value);
}
