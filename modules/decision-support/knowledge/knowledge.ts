import type { ResourceOf } from '#sdk';
import type { ContraindicationRule, DoseRule, InteractionRule } from './facts.ts';
import { readContraindication } from './read-contraindication.ts';
import { readDose } from './read-dose.ts';
import { readInteraction } from './read-interaction.ts';
import { classesOf, membersOf } from './vocabulary.ts';

export type FactResource =
  | ResourceOf<'MedicinalProductInteraction'>
  | ResourceOf<'MedicinalProductContraindication'>
  | ResourceOf<'MedicationKnowledge'>;

/** Facts, arranged so that those about a drug are found at once. */
export interface Knowledge {
  readonly version: string;
  readonly interactions: readonly InteractionRule[];
  readonly contraindications: readonly ContraindicationRule[];
  readonly doses: readonly DoseRule[];
  /** Rules of which a side is the ingredient. */
  interactionsOf(ingredient: string): readonly InteractionRule[];
  contraindicationsOf(ingredient: string): readonly ContraindicationRule[];
  dosesOf(ingredient: string): readonly DoseRule[];
}

export type ReadFact =
  | { readonly type: 'interaction'; readonly rule: InteractionRule }
  | { readonly type: 'contraindication'; readonly rule: ContraindicationRule }
  | { readonly type: 'dose'; readonly rule: DoseRule };

/** @throws BadFact when the resource is no fact that can be used */
export function readFact(resource: FactResource): ReadFact {
  switch (resource.resourceType) {
    case 'MedicinalProductInteraction':
      return { type: 'interaction', rule: readInteraction(resource) };
    case 'MedicinalProductContraindication':
      return { type: 'contraindication', rule: readContraindication(resource) };
    case 'MedicationKnowledge':
      return { type: 'dose', rule: readDose(resource) };
  }
}

export function compile(version: string, facts: readonly ReadFact[]): Knowledge {
  const interactions = facts.flatMap((fact) => (fact.type === 'interaction' ? [fact.rule] : []));
  const contraindications = facts.flatMap((fact) => (fact.type === 'contraindication' ? [fact.rule] : []));
  const doses = facts.flatMap((fact) => (fact.type === 'dose' ? [fact.rule] : []));
  const bySide = grouped(interactions, ({ sides }) => sides.flatMap(membersOf));
  const byDrug = grouped(contraindications, ({ drug }) => membersOf(drug));
  const byIngredient = grouped(doses, ({ ingredient }) => [ingredient]);
  return {
    version,
    interactions,
    contraindications,
    doses,
    interactionsOf: (ingredient) => bySide.get(ingredient) ?? [],
    contraindicationsOf: (ingredient) => byDrug.get(ingredient) ?? [],
    dosesOf: (ingredient) => byIngredient.get(ingredient) ?? [],
  };
}

/** Whether an ingredient is one, or is of a class. */
export function isOf(ingredient: string, code: string): boolean {
  return ingredient === code || classesOf(ingredient).has(code);
}

function grouped<T>(rules: readonly T[], keysOf: (rule: T) => readonly string[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const rule of rules) {
    for (const key of new Set(keysOf(rule))) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [rule]);
      else group.push(rule);
    }
  }
  return groups;
}
