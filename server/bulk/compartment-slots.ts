import type { Engine } from '../fhir/engine.ts';

/**
 * Slots by which resources refer to the patient in whose compartment they are. Patients that refer to others are none of
 * theirs: an export of some patients holds no other ones.
 */
export function compartmentSlots({ registry, definitions }: Engine): ReadonlySet<number> {
  const slots = new Set<number>();
  for (const type of definitions.resourceTypes) {
    if (type === 'Patient') continue;
    for (const { slot, targetTypes } of registry.compartmentParams('Patient', type).flatMap((param) => param.slots)) {
      if (targetTypes?.includes('Patient') ?? true) slots.add(slot.id);
    }
  }
  return slots;
}
