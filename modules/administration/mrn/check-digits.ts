/**
 * Two check digits of ISO/IEC 7064, MOD 97-10, as in IBANs: they find every wrong digit and every two neighbours in the
 * wrong order. https://www.iso.org/standard/31531.html
 * @param digits decimal digits
 */
export function checkDigits(digits: string): string {
  return String(98 - remainder(`${digits}00`)).padStart(2, '0');
}

/** @param digits with the check digits at the end */
export function hasValidCheckDigits(digits: string): boolean {
  return remainder(digits) === 1;
}

/** Of a division by 97, digit by digit: what is as long as a number may be no safe integer. */
function remainder(digits: string): number {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return rest;
}
