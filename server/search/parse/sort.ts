import type { SearchParam } from '../registry-types.ts';
import { isPathOnly } from '../registry/slot-path.ts';
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
  if (param === undefined || !isSortable(param)) {
    const sortable = scope.registry.params(type).filter(isSortable);
    const known = ['_id', '_lastUpdated', ...sortable.map((other) => other.code)];
    if (param === undefined) throw unknownParameter(label, code, type, known);
    throw badParameter(label, `${code} of ${type} has no order. Supported are ${known.join(', ')}.`);
  }
  assertReady(param);
  return { by: param, descending };
}

function isSortable(param: SearchParam): boolean {
  switch (param.type) {
    case 'composite':
    case 'special':
      return false;
    case 'token':
    case 'reference':
    case 'uri':
      // Index rows hold hashes of them; their order is read from the resource.
      return isPathOnly(param);
    default:
      return true;
  }
}
