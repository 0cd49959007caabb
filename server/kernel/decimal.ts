/**
 * Exact decimal arithmetic on the text of numbers; binary floats never take part.
 * Texts are what JSON and XML decimals look like (`-5.40`, `1e-7`); results are plain digits without exponent and
 * without trailing zeros, as PostgreSQL's `numeric` takes them.
 */
interface Decimal {
  /** value = units / 10^scale */
  readonly units: bigint;
  readonly scale: number;
}

const NUMBER = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;
const PLAIN = /^(?:-?[1-9]\d*|0|-?(?:0|[1-9]\d*)\.\d*[1-9])$/;

/** Whether `text` is a decimal that the functions here accept. */
export function isDecimal(text: string): boolean {
  return NUMBER.test(text);
}

/** `5.40` → `5.4`, `1e2` → `100`, `-0` → `0`. */
export function numericText(text: string): string {
  return PLAIN.test(text) ? text : format(parse(text));
}

/** Negative, zero or positive, as for Array.sort. */
export function compareDecimals(a: string, b: string): number {
  const [left, right] = aligned(parse(a), parse(b));
  return left < right ? -1 : left > right ? 1 : 0;
}

export function addDecimals(a: string, b: string): string {
  const left = parse(a);
  const right = parse(b);
  const [x, y] = aligned(left, right);
  return format({ units: x + y, scale: Math.max(left.scale, right.scale) });
}

export function subtractDecimals(a: string, b: string): string {
  const left = parse(a);
  const right = parse(b);
  const [x, y] = aligned(left, right);
  return format({ units: x - y, scale: Math.max(left.scale, right.scale) });
}

export function multiplyDecimals(a: string, b: string): string {
  const left = parse(a);
  const right = parse(b);
  return format({ units: left.units * right.units, scale: left.scale + right.scale });
}

/** a / b, exact where it ends within `digits` significant digits (default 24), otherwise rounded half away from zero. */
export function divideDecimals(a: string, b: string, digits = 24): string {
  const left = parse(a);
  const right = parse(b);
  if (right.units === 0n) throw new RangeError('division by zero');
  if (left.units === 0n) return '0';
  // Enough places that the quotient has `digits` significant ones, whatever the two magnitudes are.
  const scale = digits + length(right.units) - length(left.units) + left.scale - right.scale;
  const quotient = quotientAt(left, right, scale);
  // One digit too many depends on how the operands were written; equal fractions must give equal texts.
  if (length(quotient) <= digits) return format({ units: quotient, scale });
  return format({ units: quotientAt(left, right, scale - 1), scale: scale - 1 });
}

/**
 * The range that a written number stands for: half a unit of its last digit to both sides.
 * `5.40` → 5.395 … 5.405, `100` → 99.5 … 100.5. With an exponent and no decimal point the specification counts one
 * more digit (`1e2` → 95 … 105, https://hl7.org/fhir/R4/search.html#number).
 */
export function precisionRange(text: string): { readonly low: string; readonly high: string } {
  const { units, scale } = parse(text, true);
  const half = { units: units * 10n, scale: scale + 1 };
  return { low: format({ ...half, units: half.units - 5n }), high: format({ ...half, units: half.units + 5n }) };
}

function parse(text: string, withPrecision = false): Decimal {
  const match = NUMBER.exec(text);
  if (match === null) throw new RangeError(`not a decimal: ${text.slice(0, 40)}`);
  const [, sign = '', whole = '', fraction = '', exponent] = match;
  const extra = withPrecision && exponent !== undefined && fraction === '' ? '0' : '';
  const digits = BigInt(whole + fraction + extra);
  const scale = fraction.length + extra.length - Number(exponent ?? 0);
  const units = sign === '-' ? -digits : digits;
  // A negative scale would need special cases everywhere; precision alone keeps it (1e2 is known to the tens).
  return scale < 0 && !withPrecision ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale };
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint] {
  if (a.scale === b.scale) return [a.units, b.units];
  return a.scale > b.scale
    ? [a.units, b.units * 10n ** BigInt(a.scale - b.scale)]
    : [a.units * 10n ** BigInt(b.scale - a.scale), b.units];
}

function format({ units, scale }: Decimal): string {
  if (units === 0n) return '0';
  const negative = units < 0n;
  let digits = (negative ? -units : units).toString();
  if (scale <= 0) digits += '0'.repeat(-scale);
  else {
    if (digits.length <= scale) digits = '0'.repeat(scale - digits.length + 1) + digits;
    const point = digits.length - scale;
    let end = digits.length;
    while (end > point && digits.charCodeAt(end - 1) === 48) end -= 1;
    digits = end === point ? digits.slice(0, point) : `${digits.slice(0, point)}.${digits.slice(point, end)}`;
  }
  return negative ? `-${digits}` : digits;
}

function length(units: bigint): number {
  return (units < 0n ? -units : units).toString().length;
}

/** left / right in units of 10^-scale, rounded half away from zero. */
function quotientAt(left: Decimal, right: Decimal, scale: number): bigint {
  const shift = scale - left.scale + right.scale;
  const numerator = shift >= 0 ? left.units * 10n ** BigInt(shift) : left.units;
  const denominator = shift >= 0 ? right.units : right.units * 10n ** BigInt(-shift);
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const quotient = (2n * n + d) / (2n * d);
  return negative ? -quotient : quotient;
}
