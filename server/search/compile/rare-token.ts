import type { Hasher } from '../index/key.ts';
import type { ParamFilter, TokenTest } from '../tree.ts';
import type { KeyEntry, KeysCondition, RareTokens } from './condition.ts';
import type { Scope, Subject } from './scope.ts';
import { tokenConditions } from './token.ts';

const HASH48 = 0xffff_ffff_ffffn;

/** What a filter was found to ask for. Access filters live as long as a role, so that their labels need not be hashed for each search. */
const known = new WeakMap<ParamFilter, WeakMap<Hasher, KeysCondition | 'none'>>();

/** The condition of a filter that is asked of few resources; undefined when it is not about the tokens of one slot. */
export function rareCondition(scope: Scope, filter: ParamFilter): KeysCondition | undefined {
  if (filter.isRare !== true) return undefined;
  let ofFilter = known.get(filter);
  if (ofFilter === undefined) known.set(filter, (ofFilter = new WeakMap<Hasher, KeysCondition | 'none'>()));
  let found = ofFilter.get(scope.hasher);
  if (found === undefined) ofFilter.set(scope.hasher, (found = conditionOf(scope, filter) ?? 'none'));
  return found === 'none' ? undefined : found;
}

function conditionOf(scope: Scope, { param, tests }: ParamFilter): KeysCondition | undefined {
  const wanted = tests.filter((test): test is TokenTest => test.is === 'token');
  const [found, ...others] = wanted.length === tests.length ? tokenConditions(scope, param, wanted) : [];
  if (found?.kind !== 'keys' || typeof found.entries === 'string' || others.length > 0) return undefined;
  const rare = rareTokens(found.entries);
  return rare && { ...found, rare };
}

/** @returns undefined when they are of several slots */
function rareTokens(entries: readonly KeyEntry[]): RareTokens | undefined {
  const [slot, ...others] = new Set(entries.map(({ key }) => Number(BigInt(key) >> 48n)));
  if (slot === undefined || others.length > 0) return undefined;
  const hashes = entries.map(({ key }) => (BigInt(key) & HASH48).toString());
  const systems = entries.map(({ detail }) => detail ?? 'NULL');
  return { slot, text: `{${hashes.join()}} {${systems.join()}}` };
}

/**
 * SQL: the resource has one of the tokens. For what is seldom asked: a function call costs more than a sub-select, but
 * nothing where it is not reached (storage/migrations/0023-token-probe.ts, 0028-labels-in-use.ts).
 * @param slot SQL
 */
export function hasToken(
  { sql }: Scope,
  slot: string | number,
  { text }: Pick<RareTokens, 'text'>,
  { pid, sortAt }: Subject,
): string {
  return `has_token(${pid}, ${sortAt}, ${slot}, ${sql.bind(text, 'text')})`;
}
