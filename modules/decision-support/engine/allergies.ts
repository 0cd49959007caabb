import { SEVERITIES, type DrugIssue, type Severity } from '../check-result.ts';
import type { KnownAllergy } from '../facts/allergies.ts';
import { allergenGroupsOf, crossReactionsOf, type Risk } from '../knowledge/cross-reactivity.ts';
import { ALLERGEN_GROUPS, displayOf } from '../knowledge/vocabulary.ts';
import type { Case } from './case.ts';

interface Reaction {
  /** Code of the ingredient or of the group. */
  readonly by: string;
  readonly risk: Risk | 'same';
  readonly citation: string;
}

const RISKS: readonly Reaction['risk'][] = ['same', 'high', 'moderate', 'low'];

/** Ingredients that somebody is allergic to, or that are of the kind that the immune system takes for it. By any route. */
export function allergyIssues(subject: Case): readonly DrugIssue[] {
  return subject.drug.parts.flatMap(({ ingredient }) =>
    subject.allergies.flatMap((allergy) => {
      const reaction = gravest(reactionsOf(ingredient, allergy));
      return reaction === undefined ? [] : [issueOf(ingredient, allergy, reaction, subject)];
    }),
  );
}

function reactionsOf(ingredient: string, { ingredients, groups }: KnownAllergy): readonly Reaction[] {
  const own = allergenGroupsOf(ingredient);
  const same: readonly Reaction[] = ingredients.includes(ingredient)
    ? [{ by: ingredient, risk: 'same', citation: 'Allergy to the ingredient itself' }]
    : [];
  // An allergy that is recorded for a whole group is to each of it.
  const whole = groups
    .filter((group) => own.includes(group))
    .map((group): Reaction => ({ by: group, risk: 'high', citation: citationOf(group) }));
  const allergens = new Set([...groups, ...ingredients.flatMap(allergenGroupsOf)]);
  const crossed = [...allergens].flatMap((allergen) =>
    crossReactionsOf(allergen)
      .filter(({ group }) => own.includes(group))
      .map(({ group, risk, citation }): Reaction => ({ by: group, risk, citation })),
  );
  return [...same, ...whole, ...crossed];
}

function gravest(reactions: readonly Reaction[]): Reaction | undefined {
  return [...reactions].sort((a, b) => RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk))[0];
}

function severityOf(risk: Reaction['risk'], isMild: boolean): Severity {
  const grave: Severity = risk === 'low' ? 'minor' : risk === 'moderate' ? 'major' : 'contraindicated';
  return isMild && grave !== 'minor' ? (SEVERITIES[SEVERITIES.indexOf(grave) + 1] ?? 'minor') : grave;
}

function issueOf(
  ingredient: string,
  allergy: KnownAllergy,
  { by, risk, citation }: Reaction,
  { order }: Case,
): DrugIssue {
  const name = displayOf(ingredient);
  return {
    key: `allergy-${by}:${[ingredient, ...allergy.ingredients, ...allergy.groups].sort().join('+')}`,
    kind: 'allergy',
    severity: severityOf(risk, allergy.isMild),
    title: risk === 'same' ? `Allergy to ${name}` : `${name}: allergy to ${allergy.name}`,
    text:
      risk === 'same'
        ? 'The allergy is to this ingredient.'
        : `${ALLERGEN_GROUPS.get(by)?.display ?? by}: the risk of a cross-reaction is ${risk}.`,
    management: risk === 'low' ? 'Can mostly be given; watch the first dose.' : 'Choose a drug of another kind.',
    citation,
    reviewStatus: 'clinician-review-required',
    implicated: [...(order === undefined ? [] : [order]), allergy.reference],
  };
}

function citationOf(group: string): string {
  return ALLERGEN_GROUPS.get(group)?.property('citation')[0] ?? '';
}
