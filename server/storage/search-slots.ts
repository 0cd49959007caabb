import type { Queryable } from './db.ts';
import { arrayLiteral, joinTexts } from './index-columns.ts';

export type SlotState = 'ready' | 'building' | 'removing' | 'removed';

/** A row of table search_slot. */
export interface StoredSlot {
  readonly id: number;
  readonly type: string;
  readonly name: string;
  readonly ordinal: number;
  readonly state: SlotState;
}

export async function readSlots(db: Queryable): Promise<StoredSlot[]> {
  return db.query({ text: 'select id, type, name, ordinal, state from search_slot order by id', values: [] });
}

/** Adds slots; those of a type that has resources already must be built. */
export async function insertSlots(
  tx: Queryable,
  slots: readonly Omit<StoredSlot, 'state'>[],
  populatedTypes: ReadonlySet<string>,
): Promise<void> {
  if (slots.length === 0) return;
  await tx.query({
    text:
      `insert into search_slot (id, type, name, ordinal, state) select * from unnest($1::smallint[], ` +
      `string_to_array($2, chr(30)), string_to_array($3, chr(30)), $4::smallint[], string_to_array($5, chr(30)))`,
    values: [
      arrayLiteral(slots.map((slot) => slot.id)),
      joinTexts(slots.map((slot) => slot.type)),
      joinTexts(slots.map((slot) => slot.name)),
      arrayLiteral(slots.map((slot) => slot.ordinal)),
      joinTexts(slots.map((slot) => (populatedTypes.has(slot.type) ? 'building' : 'ready'))),
    ],
  });
}

export async function setSlotState(tx: Queryable, ids: readonly number[], state: SlotState): Promise<void> {
  if (ids.length === 0) return;
  await tx.query({
    text: 'update search_slot set state = $2 where id = any($1::smallint[])',
    values: [arrayLiteral(ids), state],
  });
}

/** Numbers of the resource types of which any resource is stored, alone or contained, by a skip scan of an index. */
export async function populatedTypes(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ type: number }>({
    text:
      `with recursive t (tenant, type) as ((select tenant, type from resource order by tenant, type limit 1) union all ` +
      `select n.tenant, n.type from t, lateral (select tenant, type from resource where (tenant, type) > (t.tenant, t.type) ` +
      `order by tenant, type limit 1) n) select distinct abs(type) as type from t`,
    values: [],
  });
  return rows.map((row) => row.type);
}

/** Held until the transaction ends: one process at a time works out slots. */
export async function lockSlots(tx: Queryable): Promise<void> {
  await tx.query({ text: `select pg_advisory_xact_lock(hashtextextended('athanor search slots', 0))`, values: [] });
}
