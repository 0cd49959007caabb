import { field } from './json.ts';
import { prefixed } from './split.ts';
import type { Value } from './values.ts';

/** The numbers that a value may stand for, ends included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** https://hl7.org/fhir/R4/search.html#number */
export function numberMatches({ type, data }: Value, wanted: string): boolean {
  const [prefix, text] = prefixed(wanted);
  if (typeof data === 'number') return compare(prefix, text, 1, { low: data, high: data });
  return type === 'Range' && compare(prefix, text, 1, range(data));
}

function range(data: unknown): Interval {
  const low = field(field(data, 'low'), 'value');
  const high = field(field(data, 'high'), 'value');
  return {
    low: typeof low === 'number' ? low : -Infinity,
    high: typeof high === 'number' ? high : Infinity,
  };
}

/** @param factor turns the searched unit into the target's */
export function compare(prefix: string, text: string, factor: number, target: Interval): boolean {
  const value = Number((Number(text) * factor).toPrecision(12));
  const half = (precision(text) / 2) * factor;
  // Binary floats: 5.35 is not exactly 5.4 - 0.05.
  const tolerance = half / 1e6;
  const slack = Math.max(Math.abs(value) / 10, half);
  const contains = target.low >= value - half - tolerance && target.high < value + half - tolerance;
  switch (prefix) {
    case 'ne':
      return !contains;
    case 'gt':
    case 'lt':
      return prefix === 'gt' ? target.high > value : target.low < value;
    case 'ge':
      return target.high >= value;
    case 'le':
      return target.low <= value;
    case 'sa':
      return target.low > value;
    case 'eb':
      return target.high < value;
    case 'ap':
      return target.high >= value - slack && target.low <= value + slack;
    default:
      return contains;
  }
}

/** One unit of the last digit: 0.1 of 5.4, 1 of 100, 10 of 1e2 (one significant digit more than written, says R4). */
function precision(text: string): number {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const places = mantissa.split('.')[1]?.length ?? (text.toLowerCase().includes('e') ? 1 : 0);
  return 10 ** (Number(exponent) - places);
}
