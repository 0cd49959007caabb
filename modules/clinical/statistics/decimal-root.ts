/** Significant digits of what does not end. FHIR asks for 18: https://hl7.org/fhir/R4/datatypes.html#decimal */
export const DIGITS = 18;

/**
 * The square root of a decimal that is not negative, exact where it ends within 18 digits after the point, otherwise cut there.
 * @param text plain digits, without an exponent
 * @throws RangeError for what is negative or no such decimal
 */
export function decimalRoot(text: string): string {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new RangeError('a square root is taken of a decimal that is zero or more');
  const [, whole = '', fraction = ''] = match;
  const units = BigInt(whole + fraction.slice(0, 2 * DIGITS).padEnd(2 * DIGITS, '0'));
  const digits = rootOf(units)
    .toString()
    .padStart(DIGITS + 1, '0');
  const point = digits.length - DIGITS;
  const decimals = digits.slice(point).replace(/0+$/, '');
  return decimals === '' ? digits.slice(0, point) : `${digits.slice(0, point)}.${decimals}`;
}

/** The largest whole number whose square is not larger (Newton's method from above). */
function rootOf(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << (BigInt(value.toString(2).length + 1) / 2n);
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}
