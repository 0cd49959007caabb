import type { SearchRegistry } from '../../search/registry-types.ts';
import type { Engine } from '../engine.ts';

/** How the members of a compartment are found, by number. */
interface CompartmentPlan {
  /** Slots by which resources refer to the one that the compartment belongs to. */
  readonly slots: readonly number[];
  readonly outsideTypes: readonly number[];
}

const plans = new WeakMap<SearchRegistry, Map<string, CompartmentPlan>>();

/** Index keys of the compartment of `type/id`, and the types that are not in it. https://hl7.org/fhir/R4/compartmentdefinition.html */
export function compartmentKeys(
  engine: Engine,
  tenant: number,
  type: string,
  id: string,
): { readonly keys: readonly string[]; readonly outsideTypes: readonly number[] } {
  const { slots, outsideTypes } = planOf(engine, type);
  const hasher = engine.hasher(tenant);
  return { keys: slots.map((slot) => hasher.key(slot, `${type}/${id}`)), outsideTypes };
}

function planOf({ registry, definitions }: Engine, compartment: string): CompartmentPlan {
  let known = plans.get(registry);
  if (known === undefined) plans.set(registry, (known = new Map<string, CompartmentPlan>()));
  let plan = known.get(compartment);
  if (plan === undefined) {
    const slots = new Set<number>();
    const outsideTypes: number[] = [];
    for (const type of definitions.resourceTypes) {
      const params = registry.compartmentParams(compartment, type);
      if (params.length === 0 && type !== compartment) outsideTypes.push(definitions.typeId(type));
      for (const { slot } of params.flatMap((param) => param.slots)) slots.add(slot.id);
    }
    known.set(compartment, (plan = { slots: [...slots], outsideTypes }));
  }
  return plan;
}

/** Index keys of the dates by which care is dated: each type's natural date. */
export function careDateKeys({ registry, definitions, hasher }: Engine, tenant: number): string[] {
  const ofTenant = hasher(tenant);
  return definitions.resourceTypes.flatMap((type) => {
    const slot = registry.params(type).find((param) => param.naturalSort)?.slots[0]?.slot;
    return slot === undefined ? [] : [ofTenant.slotKey(slot.id)];
  });
}
