import allergenGroups from '../terminology/CodeSystem-allergen-group.json' with { type: 'json' };
import conditionGroups from '../terminology/CodeSystem-condition-group.json' with { type: 'json' };
import drugClasses from '../terminology/CodeSystem-drug-class.json' with { type: 'json' };
import combinations from '../terminology/CodeSystem-drug-combination.json' with { type: 'json' };
import ingredients from '../terminology/CodeSystem-ingredient.json' with { type: 'json' };
import { conceptsOf, plainName, type KnownConcept } from './concepts.ts';

/** Active ingredients, with their classes (`property('class')`). */
export const INGREDIENTS = conceptsOf(ingredients);
export const DRUG_CLASSES = conceptsOf(drugClasses);
export const CONDITION_GROUPS = conceptsOf(conditionGroups);
export const ALLERGEN_GROUPS = conceptsOf(allergenGroups);

const COMBINATIONS = conceptsOf(combinations);

const CLASSES_OF: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  [...INGREDIENTS.values()].map((concept) => [concept.code, new Set(concept.property('class'))]),
);

const MEMBERS_OF: ReadonlyMap<string, readonly string[]> = new Map(
  [...DRUG_CLASSES.keys()].map((code) => [
    code,
    [...CLASSES_OF].filter(([, classes]) => classes.has(code)).map(([ingredient]) => ingredient),
  ]),
);

const BY_RXCUI: ReadonlyMap<string, string> = new Map(
  [...INGREDIENTS.values()].flatMap((concept) => concept.property('rxcui').map((rxcui) => [rxcui, concept.code])),
);

/** Ingredients by every name that an order may use: of the substance, in other nomenclatures, of brands and combinations. */
const BY_NAME: ReadonlyMap<string, readonly string[]> = new Map([
  ...[...COMBINATIONS.values()].flatMap((concept) => named(concept, concept.property('ingredient'))),
  ...[...INGREDIENTS.values()].flatMap((concept) => named(concept, [concept.code])),
]);

/** Words of the longest name. */
export const LONGEST_NAME = Math.max(...[...BY_NAME.keys()].map((name) => name.split(' ').length));

function named({ code, display, names }: KnownConcept, list: readonly string[]): [string, readonly string[]][] {
  return [code, display, ...names].map((name) => [plainName(name), list]);
}

/** @param name whole, in any case */
export function ingredientsNamed(name: string): readonly string[] | undefined {
  return BY_NAME.get(plainName(name));
}

export function ingredientOfRxcui(rxcui: string): string | undefined {
  return BY_RXCUI.get(rxcui);
}

export function ingredientsOfCombination(code: string): readonly string[] | undefined {
  return COMBINATIONS.get(code)?.property('ingredient');
}

/** Classes of an ingredient. */
export function classesOf(ingredient: string): ReadonlySet<string> {
  return CLASSES_OF.get(ingredient) ?? new Set();
}

/** Ingredients that are meant by the code of one, or of a class. */
export function membersOf(code: string): readonly string[] {
  return MEMBERS_OF.get(code) ?? (INGREDIENTS.has(code) ? [code] : []);
}

export function displayOf(code: string): string {
  return (INGREDIENTS.get(code) ?? DRUG_CLASSES.get(code))?.display ?? code;
}
