import { badValue } from './search-faults.ts';
import type { Scope } from './search-input.ts';

const MAX_ELEMENTS = 100;

/**
 * `_elements=identifier,active`: names of elements at the root of the types that are searched.
 * https://hl7.org/fhir/R4/search.html#elements
 */
export function elementsOf(scope: Scope, types: readonly string[], label: string, value: string): readonly string[] {
  const names = value.split(',').filter((name) => name !== '');
  if (names.length > MAX_ELEMENTS) throw badValue(label, value, `At most ${MAX_ELEMENTS} are taken.`, 'too-costly');
  for (const name of names) {
    if (!types.some((type) => hasElement(scope, type, name))) {
      const [type = ''] = types;
      const known = scope.definitions.type(type)?.elements.map((element) => element.name) ?? [];
      throw badValue(label, name, `Give elements at the root of ${type}, for example ${known.slice(-3).join(',')}.`);
    }
  }
  return names;
}

function hasElement(scope: Scope, type: string, name: string): boolean {
  const definition = scope.definitions.type(type);
  if (definition === undefined) return false;
  return definition.properties.has(name) || definition.elements.some((element) => element.name === name);
}
