import type { JsonObject } from '../../kernel/json.ts';

/**
 * The rows that a resource contributes to the search index, as the storage writes them and the compiler reads them.
 * Layout and reasons: server/docs/decisions/0001-storage-and-index-layout.md. All times are milliseconds since
 * 1970-01-01T00:00:00Z; all ranges are half-open [low, high) except quantities, which are closed [low, high].
 *
 * A `key` is 63 bits: 15 bits slot id, 48 bits keyed hash (see key.ts); those of contained resources are negative. It
 * travels as a decimal string, because JavaScript numbers end at 53 bits.
 */
export type Key = string;

/** Coding, Identifier, code, boolean, ContactPoint, uri, canonical, composite token$token: an exact value. */
export interface TokenRow {
  readonly key: Key;
  /** 32-bit signed keyed hash of the system (or of a ContactPoint's system); 0 = no system. */
  readonly system: number;
}

/** A reference; `key` hashes the target (`Patient/123` or an absolute URL), `target` is its full 64-bit identity. */
export interface RefRow {
  readonly key: Key;
  readonly target: string;
}

export interface DateRow {
  readonly key: Key;
  readonly low: number;
  readonly high: number;
}

/** Number or quantity. Texts are decimals as PostgreSQL `numeric` takes them. Open ends are null. */
export interface QuantityRow {
  readonly key: Key;
  /** Hash of the unit's system (0 = none), of its code, of its human unit text. */
  readonly system: number;
  readonly code: number;
  readonly unit: number;
  readonly low: string | null;
  readonly high: string | null;
  /** Canonical UCUM unit's hash; 0 for a plain number or a unit UCUM does not know (then canonical = raw). */
  readonly canonicalUnit: number;
  readonly canonicalLow: string | null;
  readonly canonicalHigh: string | null;
}

/** `value` is normalised (case and accents folded, spaces collapsed); `exact` is the 32-bit hash of the original. */
export interface StringRow {
  readonly key: Key;
  readonly value: string;
  readonly exact: number;
}

export interface PositionRow {
  readonly key: Key;
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * A distinct uri seen in a slot: the dictionary that serves uri `:below`. Of slots whose use is noted (isUseNoted)
 * ANY_VALUE, once some resource has a value.
 */
export interface UriRow {
  readonly slot: number;
  readonly value: string;
  /** Under which its token rows stand. */
  readonly key: Key;
}

/** What is found by exact keys alone. */
export type KeyRows = Pick<IndexRows, 'tokens' | 'refs'>;

export interface IndexRows {
  /** The type's natural date (start), or null where the type has none: then storage takes the time of creation. */
  readonly sortAt: number | null;
  /** Bit n is set when the slot with ordinal n of this type has a value: serves `:missing`. */
  readonly present: Uint8Array;
  readonly tokens: readonly TokenRow[];
  readonly refs: readonly RefRow[];
  readonly dates: readonly DateRow[];
  readonly quantities: readonly QuantityRow[];
  readonly strings: readonly StringRow[];
  readonly positions: readonly PositionRow[];
  readonly uris: readonly UriRow[];
  /** Literal references to resources of this server (`Type/id`), for referential integrity. No duplicates. */
  readonly localReferences: readonly LocalReference[];
  /** The contained resources in their order, each with rows of its own; they contain none themselves. */
  readonly contained: readonly ContainedRows[];
}

export interface ContainedRows {
  /** Number of its type. */
  readonly typeId: number;
  readonly resource: JsonObject;
  readonly rows: IndexRows;
}

/** Contained resources that a resource can have: their pids are made of its pid and their place. */
export const MAX_CONTAINED = 65_536;

export interface LocalReference {
  readonly type: string;
  readonly id: string;
  /** 64-bit identity as in resource.ref. */
  readonly target: string;
  /** FHIRPath of the element, for the error text. */
  readonly expression: string;
}

/** sort_at of a resource whose natural date is absent: sorts last when newest first. */
export const NO_SORT_DATE = -9_007_199_254_740_991;
