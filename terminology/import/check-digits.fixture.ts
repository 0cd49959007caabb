import { isSctid } from './check-digits.ts';

/** Digits with the check digit that makes them an identifier of SNOMED CT. */
export function withCheckDigit(digits: string): string {
  for (let check = 0; check < 10; check += 1) if (isSctid(`${digits}${check}`)) return `${digits}${check}`;
  throw new Error(`${digits} has no check digit: 5 to 17 digits are expected`);
}
