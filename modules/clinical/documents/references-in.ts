/** All literal references in an element, in the order in which they stand. */
export function referencesIn(element: unknown): readonly string[] {
  if (typeof element !== 'object' || element === null) return [];
  return Object.entries(element).flatMap(([name, value]) =>
    name === 'reference' && typeof value === 'string' ? [value] : referencesIn(value),
  );
}
