import type { Definitions, TypeDef } from './definitions.ts';

/**
 * Whether a resource type has an element at a path, such as `['name', 'given']`; a choice is named `value` or
 * `valueQuantity`.
 */
export function hasElementPath(definitions: Definitions, type: string, names: readonly string[]): boolean {
  let current: TypeDef | undefined = definitions.type(type);
  for (const name of names) {
    const codes = typesOf(current, name);
    if (codes.length === 0) return false;
    // Below a choice of several types everything would have to be looked up; such elements are taken whole.
    current = codes.length === 1 ? definitions.type(codes[0] ?? '') : undefined;
  }
  return names.length > 0;
}

function typesOf(type: TypeDef | undefined, name: string): readonly string[] {
  const property = type?.properties.get(name);
  if (property !== undefined) return [property.type.code];
  return type?.elements.find((element) => element.name === name)?.types.map(({ code }) => code) ?? [];
}
