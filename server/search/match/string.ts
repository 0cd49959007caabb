import type { Scope } from '../compile/scope.ts';
import { foldText } from '../index/fold-text.ts';
import type { StringRow } from '../index/row-types.ts';
import type { SearchParam } from '../registry-types.ts';

/** `:exact` */
export function stringMatches(scope: Scope, param: SearchParam, text: string, rows: readonly StringRow[]): boolean {
  const value = foldText(text);
  if (value === '') return false;
  const exact = scope.hasher.hash32(text);
  const keys = new Set(param.slots.map(({ slot }) => scope.hasher.slotKey(slot.id)));
  return rows.some((row) => row.exact === exact && row.value === value && keys.has(row.key));
}
