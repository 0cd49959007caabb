import type { KeyEntry } from './condition.ts';
import type { Scope, Subject } from './scope.ts';

const HASH48 = 0xffff_ffff_ffffn;

/** Tokens by the parts of their keys; what they hash to is the same in every slot. */
export interface RareTokens {
  /** As it stands in keys. */
  readonly slot: number;
  readonly hashes: readonly string[];
  readonly systems: readonly (string | number | null)[];
}

/** @returns undefined when they are of several slots */
export function rareTokens(entries: readonly KeyEntry[]): RareTokens | undefined {
  const [slot, ...others] = new Set(entries.map(({ key }) => Number(BigInt(key) >> 48n)));
  if (slot === undefined || others.length > 0) return undefined;
  return {
    slot,
    hashes: entries.map(({ key }) => (BigInt(key) & HASH48).toString()),
    systems: entries.map(({ detail }) => detail ?? null),
  };
}

/**
 * SQL: the resource has one of the tokens. For what is seldom asked: a function call costs more than a sub-select, but
 * nothing where it is not reached (storage/migrations/0023-token-probe.ts).
 * @param slot SQL
 */
export function hasToken(
  { sql }: Scope,
  slot: string | number,
  { hashes, systems }: Omit<RareTokens, 'slot'>,
  { pid, sortAt }: Subject,
): string {
  return `has_token(${pid}, ${sortAt}, ${slot}, ${sql.argument(hashes, 'bigint')}, ${sql.argument(systems, 'integer')})`;
}
