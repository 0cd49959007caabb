import type { Definitions } from '../../definitions/definitions.ts';
import { assignSlots } from '../../search/registry.ts';
import { slotLabel } from '../../search/registry/slot-ids.ts';
import type { Queryable } from '../../storage/db.ts';
import { raiseLiveVersion } from '../../storage/live-version.ts';
import { cancelJobs, readJobs, startJobs } from '../../storage/reindex.ts';
import {
  insertSlots,
  lockSlots,
  populatedTypes,
  readSlots,
  setSlotState,
  type StoredSlot,
} from '../../storage/search-slots.ts';
import { loadCustomParameters, type StoredParameter } from './load-parameters.ts';

/**
 * Brings table search_slot in line with the parameters that are wanted: new slots are numbered and, where resources of
 * their type exist, built by a job; slots that nobody reads any more are marked for removal. Does nothing when all is
 * well. Must run in a transaction.
 * @returns the custom parameters
 * @param notBefore when jobs may start, ms: by then every process indexes with the new slots
 */
export async function reconcileSlots(
  tx: Queryable,
  definitions: Definitions,
  notBefore: number,
): Promise<readonly StoredParameter[]> {
  await lockSlots(tx);
  // Read behind the lock: an older list would abandon the slots of a parameter that another process just added.
  const stored = await loadCustomParameters(tx, definitions);
  const custom = stored.map(({ definition }) => definition);
  const existing = await readSlots(tx);
  const { added, wanted: labels } = assignSlots(definitions, existing, custom);
  const wanted = (slot: StoredSlot): boolean => labels.has(slotLabel(slot.type, slot.name));
  const abandoned = existing.filter((slot) => !wanted(slot) && (slot.state === 'ready' || slot.state === 'building'));
  const revived = existing.filter((slot) => wanted(slot) && slot.state === 'removed');
  if (added.length + abandoned.length + revived.length === 0) return stored;
  const populated = new Set((await populatedTypes(tx)).map((id) => definitions.typeName(id)));
  const build = revived.filter((slot) => populated.has(slot.type));
  await insertSlots(tx, added, populated);
  await setSlotState(tx, idsOf(abandoned), 'removing');
  await setSlotState(tx, idsOf(revived.filter((slot) => !populated.has(slot.type))), 'ready');
  await setSlotState(tx, idsOf(build), 'building');
  await planJobs(tx, definitions, notBefore);
  await raiseLiveVersion(tx, 'search_parameters');
  return stored;
}

function idsOf(slots: readonly StoredSlot[]): number[] {
  return slots.map((slot) => slot.id);
}

/** One pass per type builds all of its slots; a pass that runs starts again when its slots are not the same any more. */
async function planJobs(tx: Queryable, definitions: Definitions, notBefore: number): Promise<void> {
  const building = new Map<string, number[]>();
  for (const slot of await readSlots(tx)) {
    if (slot.state === 'building') building.set(slot.type, [...(building.get(slot.type) ?? []), slot.id]);
  }
  const running = new Map((await readJobs(tx)).map((job) => [job.type, String(job.slots)]));
  await cancelJobs(
    tx,
    [...running.keys()].filter((type) => !building.has(type)),
  );
  for (const [type, slots] of building) {
    if (running.get(type) === String(slots)) continue;
    await startJobs(tx, { type, typeId: definitions.typeId(type), slots, notBefore });
  }
}
