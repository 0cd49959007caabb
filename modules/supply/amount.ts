import { faults } from './faults.ts';
import { isAmount } from './movement.ts';

/** @throws Fault 422 for what is no whole number of base units */
export function checkedAmount(value: number): number {
  if (!isAmount(value)) throw faults.badAmount();
  return value;
}
