import map from '../terminology/ConceptMap-cross-reactivity.json' with { type: 'json' };
import { plainName } from './concepts.ts';
import { ALLERGEN_GROUPS } from './vocabulary.ts';

export type Risk = 'high' | 'moderate' | 'low';

/** An allergy to a drug of one group, and what it says about the drugs of another or the same. */
export interface CrossReaction {
  readonly group: string;
  readonly risk: Risk;
  readonly citation: string;
}

interface Target {
  readonly code: string;
  readonly comment?: string;
  readonly extension?: readonly { readonly valueCode?: string }[];
}

interface Element {
  readonly code: string;
  readonly target: readonly Target[];
}

const [membership, reactions] = (
  map as unknown as { readonly group: readonly { readonly element: readonly Element[] }[] }
).group;

const GROUPS_OF: ReadonlyMap<string, readonly string[]> = new Map(
  membership?.element.map(({ code, target }) => [code, target.map((each) => each.code)]),
);

const REACTIONS: ReadonlyMap<string, readonly CrossReaction[]> = new Map(
  reactions?.element.map(({ code, target }) => [code, target.map(reactionOf)]),
);

const GROUP_NAMED: ReadonlyMap<string, string> = new Map(
  [...ALLERGEN_GROUPS.values()].flatMap(({ code, display, names }) =>
    [code, display, ...names].map((name) => [plainName(name), code]),
  ),
);

function reactionOf({ code, comment = '', extension = [] }: Target): CrossReaction {
  return { group: code, risk: (extension[0]?.valueCode ?? 'low') as Risk, citation: comment };
}

/** Groups that an ingredient is of, as an allergen. */
export function allergenGroupsOf(ingredient: string): readonly string[] {
  return GROUPS_OF.get(ingredient) ?? [];
}

export function crossReactionsOf(group: string): readonly CrossReaction[] {
  return REACTIONS.get(group) ?? [];
}

/** The group that is meant by the name of an allergen such as `Penicillins`. */
export function allergenGroupNamed(name: string): string | undefined {
  return GROUP_NAMED.get(plainName(name));
}
