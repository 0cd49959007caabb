import type { Engine } from '../engine.ts';
import type { SearchRegistry } from '../../search/registry-types.ts';

const slotIds = new WeakMap<SearchRegistry, readonly number[]>();

/** Index keys under which any resource's reference to `type/id` would stand: one per reference slot. */
export function referenceKeys(engine: Engine, tenant: number, type: string, id: string): string[] {
  const hasher = engine.hasher(tenant);
  return refSlots(engine).map((slot) => hasher.key(slot, `${type}/${id}`));
}

function refSlots(engine: Engine): readonly number[] {
  const { registry, definitions } = engine;
  let ids = slotIds.get(registry);
  if (ids === undefined) {
    ids = definitions.resourceTypes.flatMap((type) =>
      registry
        .slots(type)
        .filter((slot) => slot.kind === 'ref')
        .map((slot) => slot.id),
    );
    slotIds.set(registry, ids);
  }
  return ids;
}
