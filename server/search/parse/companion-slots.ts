import type { SearchParam, SearchRegistry } from '../registry-types.ts';
import { badParameter } from './search-faults.ts';

/** Slots that exist beside those of identifiers and references, named after them. */
export type Companion = 'of-type' | 'identifier';

const known: Readonly<Record<Companion, WeakMap<SearchParam, boolean>>> = {
  'of-type': new WeakMap(),
  identifier: new WeakMap(),
};

/** Whether one of the elements behind the parameter is an Identifier (`of-type`) or a Reference (`identifier`). */
export function hasCompanion(registry: SearchRegistry, param: SearchParam, companion: Companion): boolean {
  let found = known[companion].get(param);
  if (found === undefined) {
    const names = new Set(param.slots.map(({ slot }) => `${slot.name}#${companion}`));
    found = registry.slots(param.resourceType).some((slot) => names.has(slot.name));
    known[companion].set(param, found);
  }
  return found;
}

/**
 * Canonicals and embedded resources are searched by value; the index does not lead from them to other resources.
 * @throws Fault 400 rather than answering that nothing is there
 */
export function assertFollowable(registry: SearchRegistry, param: SearchParam, label: string): void {
  if (hasCompanion(registry, param, 'identifier')) return;
  const { code, resourceType } = param;
  throw badParameter(
    label,
    `${code} of ${resourceType} holds no literal references (Type/id) that can be followed; search by its value, as in ${code}=http://….`,
  );
}
