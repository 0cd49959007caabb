import { addDecimals, divideDecimals, multiplyDecimals } from '#sdk';

/** By what a value is multiplied to be in kilograms or metres; all exact by definition. https://ucum.org/ucum */
const KILOGRAMS: Readonly<Record<string, string>> = { kg: '1', g: '0.001', '[lb_av]': '0.45359237' };
const METRES: Readonly<Record<string, string>> = { m: '1', cm: '0.01', '[in_i]': '0.0254' };

interface Measure {
  /** A decimal. */
  readonly value: string;
  /** UCUM */
  readonly unit: string;
}

/** kg/m², rounded to one place; undefined for units that are not known and a height of nothing. */
export function bodyMassIndex(weight: Measure, height: Measure): string | undefined {
  const [kilograms, metres] = [KILOGRAMS[weight.unit], METRES[height.unit]];
  if (kilograms === undefined || metres === undefined) return undefined;
  const high = multiplyDecimals(height.value, metres);
  const square = multiplyDecimals(high, high);
  if (square === '0') return undefined;
  return oneDecimal(divideDecimals(multiplyDecimals(weight.value, kilograms), square));
}

/** Half up; what is rounded is not negative. */
function oneDecimal(value: string): string {
  const [tenths = '0'] = addDecimals(multiplyDecimals(value, '10'), '0.5').split('.');
  return divideDecimals(tenths, '10');
}
