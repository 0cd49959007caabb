import type { Filter, ParamFilter } from '../tree.ts';
import type { RareTokens } from './condition.ts';
import { presence } from './missing.ts';
import { hasToken, rareCondition } from './rare-token.ts';
import type { Scope, Subject } from './scope.ts';
import { constantArray } from './sql.ts';

/** Types of which everything may be acted on but what bears one of some tokens: the same ones for all of the types. */
export interface Together {
  readonly tokens: Pick<RareTokens, 'text'>;
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
    if (found === undefined || (tokens !== undefined && tokens.text !== found.tokens.text)) continue;
    tokens ??= found.tokens;
    places.set(type, { slot: found.tokens.slot, bit: found.bit });
  }
  return { tokens: tokens ?? { text: '' }, places };
}

/** SQL: the row is of one of the types and bears none of the tokens. Of many types it is as short as of a few. */
export function togetherProbe(
  scope: Scope,
  { tokens, places }: Together,
  subject: Subject & { resource: string },
): string {
  const { definitions } = scope;
  const byNumber = new Map([...places].map(([type, place]) => [definitions.typeId(type), place]));
  const numbers = [...byNumber.keys()];
  const first = Math.min(...numbers);
  const all = Array.from({ length: Math.max(...numbers) - first + 1 }, (_, index) => byNumber.get(first + index));
  const of = (what: keyof Place): string =>
    `(${constantArray(all.map((place) => place?.[what] ?? 0))})[${subject.resource}.type - ${first - 1}]`;
  const slot = of('slot');
  const bit = of('bit');
  const present = `${subject.resource}.present`;
  // A row that was written before its type got the slot may be too short for the bit.
  return (
    `case when coalesce(${slot}, 0) = 0 then false when length(${present}) * 8 <= ${bit} then true ` +
    `when get_bit(${present}, ${bit}) = 0 then true else not ${hasToken(scope, slot, tokens, subject)} end`
  );
}

/** What the only thing that is kept back bears. */
function keptBack(allowed: Filter): ParamFilter | undefined {
  if (allowed.kind !== 'not' || allowed.filter.kind !== 'param') return undefined;
  const { filter } = allowed;
  return filter.isRare === true && !filter.negated ? filter : undefined;
}

function placeOf(scope: Scope, filter: ParamFilter): { readonly tokens: RareTokens; readonly bit: number } | undefined {
  const [bits, ...ways] = presence(filter.param);
  const [bit, ...further] = bits ?? [];
  const tokens = rareCondition(scope, filter)?.rare;
  if (tokens === undefined || bit === undefined || ways.length > 0 || further.length > 0) return undefined;
  return { tokens, bit };
}
