import type { RowSet } from './index-columns.ts';

/** What must change in the index tables when a resource changes. */
export interface RowsDiff {
  readonly added: RowSet;
  /** Exact token rows to delete. */
  readonly tokens: RowSet['tokens'];
  /** Keys whose rows of this resource are deleted (and, where some remain, written again through `added`). */
  readonly keys: Readonly<Record<KeyedTable, readonly string[]>>;
}

export type KeyedTable = 'ix_ref' | 'ix_date' | 'ix_quantity' | 'ix_string' | 'ix_position';

/**
 * Compares the rows of two versions. A moved natural date rewrites everything, because every row carries it.
 */
export function diffRows(before: RowSet, after: RowSet, sortMoved: boolean): RowsDiff {
  const refs = keyed(before.refs, after.refs, sortMoved);
  const dates = keyed(before.dates, after.dates, sortMoved);
  const quantities = keyed(before.quantities, after.quantities, sortMoved);
  const strings = keyed(before.strings, after.strings, sortMoved);
  const positions = keyed(before.positions, after.positions, sortMoved);
  const tokenText = (row: { key: string; system: number }): string => `${row.key} ${row.system}`;
  const oldTokens = new Set(before.tokens.map(tokenText));
  const newTokens = new Set(after.tokens.map(tokenText));
  return {
    added: {
      tokens: sortMoved ? after.tokens : after.tokens.filter((row) => !oldTokens.has(tokenText(row))),
      refs: refs.added,
      dates: dates.added,
      quantities: quantities.added,
      strings: strings.added,
      positions: positions.added,
    },
    tokens: sortMoved ? before.tokens : before.tokens.filter((row) => !newTokens.has(tokenText(row))),
    keys: {
      ix_ref: refs.removed,
      ix_date: dates.removed,
      ix_quantity: quantities.removed,
      ix_string: strings.removed,
      ix_position: positions.removed,
    },
  };
}

interface KeyedDiff<Row> {
  readonly added: readonly Row[];
  readonly removed: readonly string[];
}

/** Rows of one key stand or fall together: deleting by (pid, key) uses the index that is there anyway. */
function keyed<Row extends { readonly key: string }>(
  before: readonly Row[],
  after: readonly Row[],
  all: boolean,
): KeyedDiff<Row> {
  if (before.length === 0 && after.length === 0) return { added: [], removed: [] };
  if (all) return { added: after, removed: [...new Set(before.map((row) => row.key))] };
  const old = byKey(before);
  const fresh = byKey(after);
  const added = after.filter((row) => old.get(row.key) !== fresh.get(row.key));
  const removed = [...old.keys()].filter((key) => old.get(key) !== fresh.get(key));
  return { added, removed };
}

function byKey<Row extends { readonly key: string }>(rows: readonly Row[]): Map<string, string> {
  const groups = new Map<string, string[]>();
  for (const row of rows) {
    const text = JSON.stringify(row);
    const group = groups.get(row.key);
    if (group === undefined) groups.set(row.key, [text]);
    else group.push(text);
  }
  return new Map([...groups].map(([key, texts]) => [key, texts.sort().join('\n')]));
}
