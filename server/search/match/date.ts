import type { Scope } from '../compile/scope.ts';
import type { DateRow } from '../index/row-types.ts';
import type { SearchParam } from '../registry-types.ts';
import type { DateTest } from '../tree.ts';

/** The rules stand in compile/date.ts. */
export function dateMatches(scope: Scope, param: SearchParam, test: DateTest, rows: readonly DateRow[]): boolean {
  const keys = new Set(param.slots.map(({ slot }) => scope.hasher.slotKey(slot.id)));
  return rows.some((row) => keys.has(row.key) && rangeMatches(test, row, scope.now));
}

function rangeMatches({ prefix, low: a, high: b }: DateTest, { low, high }: DateRow, now: number): boolean {
  switch (prefix) {
    case 'eq':
      return low >= a && low < b && high <= b;
    case 'ne':
      return low < a || high > b;
    case 'gt':
      return high > b;
    case 'lt':
      return low < a;
    case 'ge':
      return high > b || low >= a;
    case 'le':
      return low < a || high <= b;
    case 'sa':
      return low >= b;
    case 'eb':
      return high <= a;
    case 'ap': {
      const gap = Math.ceil(Math.max(0, a - now, now - b) / 10);
      return low < b + gap && high > a - gap;
    }
  }
}
