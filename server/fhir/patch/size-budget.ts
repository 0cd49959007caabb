import type { JsonValue } from '../../kernel/json.ts';
import { unfit, tooCostly } from './patch-faults.ts';

/** Deepest nesting of a resource, as for what clients send whole. */
const MAX_DEPTH = 64;
/** What all operations of one patch may put in, about as many bytes as a body may have. */
const MAX_SIZE = 16_000_000;
const NODE_SIZE = 16;

/** Bounds what a patch makes of a resource: a few hundred copies of copies would fill any memory. */
export interface SizeBudget {
  left: number;
}

export function sizeBudget(): SizeBudget {
  return { left: MAX_SIZE };
}

/**
 * Accounts for a value that comes to stand below `depth` objects and arrays.
 * @throws Fault 422 when the resource would become too deep or too large
 */
export function spend(budget: SizeBudget, value: JsonValue, depth: number, place: string): void {
  budget.left -= NODE_SIZE + (typeof value === 'string' ? value.length : 0);
  if (budget.left < 0) throw tooCostly(422, 'The patch would make the resource too large.', place);
  if (value === null || typeof value !== 'object') return;
  if (depth >= MAX_DEPTH) throw unfit(`The patch would nest elements deeper than ${MAX_DEPTH} levels.`, place);
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    if (item !== undefined) spend(budget, item, depth + 1, place);
  }
}
