import { numericText } from '../../kernel/decimal.ts';

/** Rounding and precision of decimals as text, which `kernel/decimal.ts` computes with. */

/** Digits after the point as written: 2 of `1.50`. */
export function scaleOf(text: string): number {
  const plain = withoutExponent(text);
  const point = plain.indexOf('.');
  return point === -1 ? 0 : plain.length - point - 1;
}

/** Rounds half away from zero, and pads with zeros: `roundDecimal('2.345', 2)` is `2.35`. */
export function roundDecimal(text: string, digits: number): string {
  return at(text, digits, (units, rest, unit) => (rest * 2n >= unit ? units + 1n : units));
}

/** Drops digits: `-1.58` of `-1.587`. */
export function truncateDecimal(text: string, digits: number): string {
  return at(text, digits, (units) => units);
}

/** The largest whole number that is not larger. */
export function floorDecimal(text: string): string {
  const whole = truncateDecimal(text, 0);
  return numericText(text).startsWith('-') && hasFraction(text) ? String(BigInt(whole) - 1n) : whole;
}

/** The smallest whole number that is not smaller. */
export function ceilingDecimal(text: string): string {
  const whole = truncateDecimal(text, 0);
  return !numericText(text).startsWith('-') && hasFraction(text) ? String(BigInt(whole) + 1n) : whole;
}

export function negateDecimal(text: string): string {
  return text.startsWith('-') ? text.slice(1) : `-${text}`;
}

export function isNegative(text: string): boolean {
  return text.startsWith('-');
}

function hasFraction(text: string): boolean {
  return numericText(text).includes('.');
}

function withoutExponent(text: string): string {
  return /[eE]/.test(text) ? numericText(text) : text;
}

/** Cuts the magnitude after `digits` places; `adjust` sees what is cut off, as a part of `unit`. */
function at(text: string, digits: number, adjust: (units: bigint, rest: bigint, unit: bigint) => bigint): string {
  const plain = withoutExponent(text);
  const [whole = '', fraction = ''] = plain.replace(/^[+-]/, '').split('.');
  const kept = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  const cut = fraction.slice(digits);
  const units = cut === '' ? kept : adjust(kept, BigInt(cut), 10n ** BigInt(cut.length));
  const written = units.toString().padStart(digits + 1, '0');
  const magnitude = digits === 0 ? written : `${written.slice(0, -digits)}.${written.slice(-digits)}`;
  return plain.startsWith('-') ? `-${magnitude}` : magnitude;
}
