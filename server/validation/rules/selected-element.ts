import { compilePath } from '../../fhirpath/compile.ts';
import type { IndexedValue } from '../../fhirpath/values.ts';
import { resourceOf, type Walk } from '../walk.ts';

/** Whether a FHIRPath on the resource selects the element that holds the object which is checked. */
export function isSelected(expression: string, walk: Walk): boolean {
  const resource = resourceOf(walk);
  let selected: readonly IndexedValue[];
  try {
    selected = compilePath(expression, String(resource.resourceType), walk.env.definitions)(resource);
  } catch {
    // The mistake is one of the definition's author, and is reported when that is stored.
    return true;
  }
  const owner = walk.objects.at(-2);
  const container = walk.objects.at(-3);
  const name = walk.elements.at(-2)?.definition.split('.').at(-1);
  if (container === undefined || name === undefined) return selected.some(({ value }) => value === owner);
  // The path ends in the place of the owner, `extension` and the place of the extension.
  const place = walk.path.at(-3);
  return selected.some(({ value, parent, key }) => {
    if (typeof value === 'object') return value === owner;
    // An extension of a primitive stands in the companion beside the value that was selected.
    return typeof place === 'number'
      ? parent === container[name] && key === place
      : parent === container && key === name;
  });
}
