import type { JsonObject } from '../../kernel/json.ts';
import type { Hasher } from './key.ts';
import type { IndexRows, KeyRows } from './row-types.ts';

/** Turns a resource into its index rows: pure, deterministic, one walk. The same resource gives the same rows in the same order. */
export interface Indexer {
  index(resource: JsonObject, hasher: Hasher): IndexRows;
  /** The rows that a stored resource may have: more than {@link index} makes, while the index changes over to another form. */
  indexStored(resource: JsonObject, hasher: Hasher): IndexRows;
  /** Of the rows that {@link index} makes those with keys of the slots, and perhaps further ones; a fraction of its cost. */
  indexKeys(resource: JsonObject, hasher: Hasher, slots: ReadonlySet<number>): KeyRows;
}
