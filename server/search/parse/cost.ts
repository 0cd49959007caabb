import { badParameter } from './search-faults.ts';
import type { Scope } from './search-input.ts';

/** Values and links that one search may come to after chains, value sets and bare ids have been spread over types. */
const MAX_COST = 50_000;

/** @throws Fault 400 when a short query would grow into a huge one */
export function charge(scope: Scope, label: string, amount: number): void {
  scope.cost += amount;
  if (scope.cost <= MAX_COST) return;
  throw badParameter(
    label,
    'The search grows too large. Give fewer values, smaller value sets, or name types (_type, subject:Patient.name).',
    'too-costly',
  );
}
