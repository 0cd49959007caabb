import type { Scope } from '../compile/scope.ts';
import { foldText } from '../index/fold-text.ts';
import type { StringRow } from '../index/row-types.ts';
import type { SearchParam } from '../registry-types.ts';
import type { StringTest } from '../tree.ts';

/** The rules stand in compile/string.ts. */
export function stringMatches(
  scope: Scope,
  param: SearchParam,
  { mode, value: text }: StringTest,
  rows: readonly StringRow[],
): boolean {
  const value = foldText(text);
  if (value === '') return false;
  const keys = new Set(param.slots.map(({ slot }) => scope.hasher.slotKey(slot.id)));
  const own = rows.filter((row) => keys.has(row.key));
  switch (mode) {
    case 'exact': {
      const exact = scope.hasher.hash32(text);
      return own.some((row) => row.exact === exact && row.value === value);
    }
    case 'starts':
      return own.some((row) => row.value.startsWith(value));
    case 'contains':
      return own.some((row) => row.value.includes(value));
    case 'text': {
      const words = value.split(' ');
      return own.some((row) => words.every((word) => ` ${row.value}`.includes(` ${word}`)));
    }
  }
}
