/** A row of table `search_slot`. */
export interface SlotRow {
  readonly id: number;
  readonly type: string;
  readonly name: string;
  readonly ordinal: number;
  readonly isBuilding?: boolean;
}

export interface SlotNumber {
  readonly id: number;
  readonly ordinal: number;
  /** Rows of older resources are missing as yet: parameters over the slot are refused. */
  readonly isBuilding?: boolean;
}

/** Numbers of slots, by {@link slotLabel}. */
export type SlotIds = ReadonlyMap<string, SlotNumber>;

export function slotLabel(resourceType: string, name: string): string {
  return `${resourceType}.${name}`;
}

export function slotIdsOf(rows: readonly SlotRow[]): SlotIds {
  return new Map(
    rows.map((row) => [
      slotLabel(row.type, row.name),
      { id: row.id, ordinal: row.ordinal, ...(row.isBuilding === true ? { isBuilding: true } : {}) },
    ]),
  );
}

/** Highest slot id: keys have 15 bits for it. */
const MAX_SLOT = 32_767;

export interface SlotAssignment {
  readonly all: SlotIds;
  /** Must be inserted into table search_slot before the registry is used. */
  readonly added: readonly SlotRow[];
  /** Labels of the slots that the parameters need; others may stand in the table from parameters that are gone. */
  readonly wanted: ReadonlySet<string>;
}

/**
 * Gives numbers to the slots that have none. Numbers are for ever: rows carry them. A first assignment is sorted by type
 * and name, so that it is the same on every database; later slots are appended.
 */
export function numberSlots(
  wanted: readonly { readonly type: string; readonly name: string }[],
  existing: readonly SlotRow[],
): SlotAssignment {
  const all = new Map(slotIdsOf(existing));
  const nextOrdinal = new Map<string, number>();
  let nextId = 1;
  for (const row of existing) {
    nextId = Math.max(nextId, row.id + 1);
    nextOrdinal.set(row.type, Math.max(nextOrdinal.get(row.type) ?? 0, row.ordinal + 1));
  }
  const added: SlotRow[] = [];
  const missing = wanted.filter((slot) => !all.has(slotLabel(slot.type, slot.name)));
  missing.sort((a, b) => order(a.type, b.type) || order(a.name, b.name));
  for (const { type, name } of missing) {
    if (all.has(slotLabel(type, name))) continue;
    if (nextId > MAX_SLOT) throw new RangeError(`no more than ${MAX_SLOT} search slots fit into index keys`);
    const ordinal = nextOrdinal.get(type) ?? 0;
    nextOrdinal.set(type, ordinal + 1);
    added.push({ id: nextId, type, name, ordinal });
    all.set(slotLabel(type, name), { id: nextId, ordinal });
    nextId += 1;
  }
  return { all, added, wanted: new Set(wanted.map((slot) => slotLabel(slot.type, slot.name))) };
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
