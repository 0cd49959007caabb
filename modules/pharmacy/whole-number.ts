import { faults } from './faults.ts';

/** More base units are not in any stock. */
const MOST_UNITS = 999_999_999;
/** Ten years. */
const MOST_DAYS = 3660;

/**
 * A number of base units, as somebody said it.
 * @throws Fault 422 unless it is a whole number, 1 to 999999999
 */
export function wholeUnits(value: number): number {
  return within(value, 'quantity', MOST_UNITS);
}

/** A number of days. @throws Fault 422 unless it is a whole number, 1 to 3660 */
export function wholeDays(value: number): number {
  return within(value, 'daysSupply', MOST_DAYS);
}

function within(value: number, name: string, most: number): number {
  if (!Number.isInteger(value) || value < 1 || value > most) throw faults.badNumber(name, most);
  return value;
}
