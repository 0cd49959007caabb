import { identitiesOf } from '../compile/compartment.ts';
import type { CompileContext } from '../compile/scope.ts';
import type { CompartmentFilter } from '../tree.ts';
import type { IndexedResource } from './matches.ts';

const known = new WeakMap<readonly string[], ReadonlySet<string>>();

/** One of the type's compartment parameters points to one of the resources, or it is one of them. */
export function isInCompartment(
  { registry, hasher }: CompileContext,
  filter: CompartmentFilter,
  resource: IndexedResource,
): boolean {
  const { compartment, ids } = filter;
  const { type, id, rows } = resource;
  if (type === compartment && id !== undefined && ids.includes(id)) return true;
  const slots = new Set<bigint>();
  for (const param of registry.compartmentParams(compartment, type)) {
    for (const { slot, targetTypes } of param.slots) {
      if (targetTypes?.includes(compartment) ?? true) slots.add(BigInt(slot.id));
    }
  }
  if (slots.size === 0) return false;
  const identities = setOf(identitiesOf(hasher, filter));
  return rows.refs.some(({ key, target }) => identities.has(target) && slots.has(BigInt(key) >> 48n));
}

function setOf(identities: readonly string[]): ReadonlySet<string> {
  let set = known.get(identities);
  if (set === undefined) known.set(identities, (set = new Set(identities)));
  return set;
}
