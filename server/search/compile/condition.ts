import type { SlotUse } from '../registry-types.ts';
import type { Filter } from '../tree.ts';
import type { Scope, Subject } from './scope.ts';
import { equals } from './sql.ts';

/**
 * A condition on a resource with its values bound, before it is decided how it is answered: rows are looked up from it
 * (source.ts), or it is asked of a row at hand (probe.ts). Values are bound when SQL is made of it, so that what is not used
 * leaves no value behind.
 */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'never' }
  | KeysCondition
  | InUseCondition
  | RowsCondition
  | SystemCondition
  | TargetsCondition
  | ReferrersCondition
  | ColumnsCondition;

/** Has one of the rows under exact keys, which stand in the index in the order of (sort_at, pid). */
export interface KeysCondition {
  readonly kind: 'keys';
  readonly table: 'ix_token' | 'ix_ref';
  /** The keys, or the name of a sub-select with a column `key`. */
  readonly entries: readonly KeyEntry[] | string;
  readonly rank: number;
  /** The same for a look at one resource, when it is asked only of the few that have any value of the parameter. */
  readonly rare?: RareTokens;
}

/** Whatever resource is at hand: some resource has, or once had, a value in the slot. It is asked once a statement. */
export interface InUseCondition {
  readonly kind: 'in-use';
  /** As it stands in keys. */
  readonly slot: number;
}

/** Tokens by what their keys and systems hash to, which is the same in every slot (rare-token.ts). */
export interface RareTokens {
  /** As it stands in keys. */
  readonly slot: number;
  /** What function has_token takes. */
  readonly text: string;
}

export interface KeyEntry {
  readonly key: string;
  /** ix_token: system, undefined for any; ix_ref: target. */
  readonly detail: string | number | undefined;
}

/** Has a row with values in a range. */
export interface RowsCondition {
  readonly kind: 'rows';
  readonly table: 'ix_date' | 'ix_quantity' | 'ix_string' | 'ix_position';
  /** SQL over the alias of the row, key included. */
  where(alias: string): string;
  /** Narrower conditions that an index answers; together they cover `where`. */
  readonly access: readonly ((alias: string) => string)[];
  /** Limits of sort_at for the parameter whose date is the natural one. */
  readonly natural: NaturalBounds | undefined;
  readonly rank: number;
}

/** What a condition on the natural date says of sort_at; SQL expressions. */
export interface NaturalBounds {
  /** No resource below it matches. */
  from(): string;
  /** No resource from it on matches. */
  readonly to: (() => string) | undefined;
  /** Resources within the limits for which this holds match without a look at their row. */
  sufficient(sortAt: string): string;
}

/** Has a token row of a slot with this system, whatever the code. */
export interface SystemCondition {
  readonly kind: 'system';
  /** Keys of the slot. */
  readonly from: string;
  readonly to: string;
  /** Undefined: any. */
  readonly system: number | undefined;
  where(alias: string): string;
}

/** Refers to one of a set of resources (chains, hierarchies). */
export interface TargetsCondition {
  readonly kind: 'targets';
  readonly uses: readonly SlotUse[];
  /** `select ref …`: the set, or at most `limit` of it. */
  select(limit: string | undefined): string;
  /** SQL over the identity of one target: it is in the set. */
  contains(ref: string): string;
  readonly rank: number;
}

/** One of a set of resources refers to it (`_has`). */
export interface ReferrersCondition {
  readonly kind: 'referrers';
  readonly uses: readonly SlotUse[];
  /** `select pid …`: the set, or at most `limit` of it. */
  select(limit: string | undefined): string;
  /** SQL over one referring resource: it is in the set. */
  contains(referrer: Subject): string;
  readonly rank: number;
}

/** Decided by columns of `resource`. */
export interface ColumnsCondition {
  readonly kind: 'columns';
  where(alias: string): string;
  /** Whether an index of `resource` finds the rows, and how many there may be. */
  readonly access: 'none' | 'few' | 'many';
}

/** Chains and `_has` hold filters on other types. */
export type CompileFilter = (scope: Scope, types: readonly string[], filter: Filter) => Condition;

export const NEVER: Condition = { kind: 'never' };

export function anyOf(conditions: readonly Condition[]): Condition {
  const possible = conditions.filter((condition) => condition.kind !== 'never');
  const [only] = possible;
  if (only === undefined) return NEVER;
  return possible.length === 1 ? only : { kind: 'or', conditions: possible };
}

export function allOf(conditions: readonly Condition[]): Condition {
  if (conditions.some((condition) => condition.kind === 'never')) return NEVER;
  const asked = conditions.filter((condition) => condition.kind !== 'and' || condition.conditions.length > 0);
  const [only] = asked;
  return asked.length === 1 && only !== undefined ? only : { kind: 'and', conditions: asked };
}

export function negation(condition: Condition): Condition {
  return condition.kind === 'never' ? allOf([]) : { kind: 'not', condition };
}

/**
 * SQL: the row's key is of one of the slots; for the few rows of one resource. (A range of keys would invite the planner
 * to read the whole slot.)
 */
export function inSlots(scope: Scope, alias: string, uses: readonly SlotUse[]): string {
  return equals(scope.sql, `${alias}.key >> 48`, slotNumbers(scope, uses).map(String));
}

/** The slots as they stand in keys. */
export function slotNumbers({ hasher }: Scope, uses: readonly SlotUse[]): readonly number[] {
  return [...new Set(uses.map(({ slot }) => hasher.slotNumber(slot.id)))];
}

/** Key under which a reference to the resource with identity `ref` stands in a slot: both come from one hash (Hasher). */
export function keyOfTarget(slot: string, ref: string): string {
  return `((${slot} << 48) | ((${ref} >> 16) & 281474976710655))`;
}
