import { hasElementPath } from '../../definitions/element-path.ts';
import { badValue } from './search-faults.ts';
import type { Scope } from './search-input.ts';

const MAX_ELEMENTS = 100;

/**
 * `_elements=identifier,name.given,Patient.active`: names of elements at the root of the types that are searched, of
 * elements below, or of elements of another type that is included.
 * https://hl7.org/fhir/R4/search.html#elements
 */
export function elementsOf(scope: Scope, types: readonly string[], label: string, value: string): readonly string[] {
  const names = value.split(',').filter((name) => name !== '');
  if (names.length > MAX_ELEMENTS) throw badValue(label, value, `At most ${MAX_ELEMENTS} are taken.`, 'too-costly');
  for (const name of names) {
    if (!isElement(scope, types, name.replace(/\[x\]$/, '').split('.'))) {
      const [type = ''] = types;
      const known = scope.definitions.type(type)?.elements.map((element) => element.name) ?? [];
      throw badValue(label, name, `Give elements at the root of ${type}, for example ${known.slice(-3).join(',')}.`);
    }
  }
  return names;
}

function isElement({ definitions }: Scope, types: readonly string[], path: readonly string[]): boolean {
  const [first = '', ...rest] = path;
  if (definitions.isResourceType(first)) return hasElementPath(definitions, first, rest);
  return types.some((type) => hasElementPath(definitions, type, path));
}
