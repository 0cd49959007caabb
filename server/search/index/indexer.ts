import type { JsonObject } from '../../kernel/json.ts';
import type { Hasher } from './key.ts';
import type { IndexRows } from './row-types.ts';

/** Turns a resource into its index rows: pure, deterministic, one walk. The same resource gives the same rows in the same order. */
export interface Indexer {
  index(resource: JsonObject, hasher: Hasher): IndexRows;
}
