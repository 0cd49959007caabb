import type { SortKey } from '../tree.ts';
import { assertReady, badParameter, badValue, unknownParameter } from './search-faults.ts';
import type { Scope } from './search-input.ts';

const MAX_KEYS = 10;

/** `_sort=status,-date`. https://hl7.org/fhir/R4/search.html#sort */
export function sortKeys(scope: Scope, types: readonly string[], label: string, value: string): readonly SortKey[] {
  const names = value.split(',').filter((name) => name !== '');
  if (names.length > MAX_KEYS) throw badValue(label, value, `At most ${MAX_KEYS} keys are taken.`, 'too-costly');
  return names.map((name) => sortKey(scope, types, label, name));
}

function sortKey(scope: Scope, types: readonly string[], label: string, name: string): SortKey {
  const descending = name.startsWith('-');
  const code = descending ? name.slice(1) : name;
  if (code === '_id' || code === '_lastUpdated') return { by: code, descending };
  const [type = ''] = types;
  if (types.length > 1) {
    throw badParameter(
      label,
      `a search over several types is sorted by _id or _lastUpdated, not by ${code.slice(0, 64)}.`,
    );
  }
  const param = scope.registry.param(type, code);
  const isSortable = param !== undefined && param.type !== 'composite' && param.type !== 'special';
  if (!isSortable) {
    const params = scope.registry.params(type).filter((p) => p.type !== 'composite' && p.type !== 'special');
    throw unknownParameter(label, code, type, ['_id', '_lastUpdated', ...params.map((p) => p.code)]);
  }
  assertReady(param);
  return { by: param, descending };
}
