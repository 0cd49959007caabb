import type { Filter, ParamFilter, TokenTest } from '../tree.ts';
import { presence } from './missing.ts';
import { hasToken, rareTokens, type RareTokens } from './rare-token.ts';
import type { Scope, Subject } from './scope.ts';
import { tokenConditions } from './token.ts';

/** Types of which everything may be acted on but what bears one of some tokens: the same ones for all of the types. */
export interface Together {
  readonly tokens: Omit<RareTokens, 'slot'>;
  /** By type: where its tokens stand in keys, and which bit of resource.present tells that there are any. */
  readonly places: ReadonlyMap<string, Place>;
}

interface Place {
  readonly slot: number;
  readonly bit: number;
}

/** Those of the types that are decided by one condition, whichever of them a row is of. */
export function together(
  scope: Scope,
  asked: readonly { readonly type: string; readonly allowed: Filter }[],
): Together {
  const places = new Map<string, Place>();
  let tokens: RareTokens | undefined;
  for (const { type, allowed } of asked) {
    const kept = keptBack(allowed);
    const found = kept && placeOf(scope, kept);
    if (found === undefined || (tokens !== undefined && !isSame(tokens, found.tokens))) continue;
    tokens ??= found.tokens;
    places.set(type, { slot: found.tokens.slot, bit: found.bit });
  }
  return { tokens: tokens ?? { hashes: [], systems: [] }, places };
}

/** SQL: the row is of one of the types and bears none of the tokens. Of many types it is as short as of a few. */
export function togetherProbe(
  scope: Scope,
  { tokens, places }: Together,
  subject: Subject & { resource: string },
): string {
  const { sql, definitions } = scope;
  const byNumber = new Map([...places].map(([type, place]) => [definitions.typeId(type), place]));
  const numbers = [...byNumber.keys()];
  const first = Math.min(...numbers);
  const all = Array.from({ length: Math.max(...numbers) - first + 1 }, (_, index) => byNumber.get(first + index));
  const of = (values: readonly (number | null)[]): string =>
    `(${sql.argument(values, 'integer')})[${subject.resource}.type - ${first - 1}]`;
  const slot = of(all.map((place) => place?.slot ?? null));
  const bit = of(all.map((place) => place?.bit ?? null));
  const present = `${subject.resource}.present`;
  // A row that was written before its type got the slot may be too short for the bit.
  return (
    `case when ${slot} is null then false when length(${present}) * 8 <= ${bit} then true ` +
    `when get_bit(${present}, ${bit}) = 0 then true else not ${hasToken(scope, slot, tokens, subject)} end`
  );
}

/** What the only thing that is kept back bears. */
function keptBack(allowed: Filter): ParamFilter | undefined {
  if (allowed.kind !== 'not' || allowed.filter.kind !== 'param') return undefined;
  const { filter } = allowed;
  return filter.isRare === true && !filter.negated ? filter : undefined;
}

function placeOf(
  scope: Scope,
  { param, tests }: ParamFilter,
): { readonly tokens: RareTokens; readonly bit: number } | undefined {
  const wanted = tests.filter((test): test is TokenTest => test.is === 'token');
  const [found, ...others] = tokenConditions(scope, param, wanted);
  const [bits, ...ways] = presence(param);
  const [bit, ...further] = bits ?? [];
  const isOne = others.length === 0 && ways.length === 0 && further.length === 0 && wanted.length === tests.length;
  if (!isOne || bit === undefined || found?.kind !== 'keys' || typeof found.entries === 'string') return undefined;
  const tokens = rareTokens(found.entries);
  return tokens && { tokens, bit };
}

function isSame(one: RareTokens, other: RareTokens): boolean {
  return one.hashes.join() === other.hashes.join() && one.systems.join() === other.systems.join();
}
