import type { ResourceOf } from '#sdk';
import { displayOf, ingredientOfRxcui, INGREDIENTS, ingredientsOfCombination } from '../knowledge/vocabulary.ts';
import { COMBINATION, INGREDIENT, PRODUCT, RXNORM } from '../names.ts';
import type { Drug } from './drug.ts';
import { drugNamed } from './drug-name.ts';

export type Concept = NonNullable<ResourceOf<'MedicationRequest'>['medicationCodeableConcept']>;

/** A product by its code; undefined when the clinic has none. */
export type ProductOf = (code: string) => Drug | undefined;

/** What a drug is called where it was named. */
export function nameOf(concept: Concept | undefined): string {
  return (
    concept?.text ??
    concept?.coding?.find(({ display }) => display !== undefined)?.display ??
    concept?.coding?.[0]?.code ??
    ''
  );
}

/**
 * The drug of a concept: by its codes, of ingredients, combinations, products and RxNorm; where they say nothing, by whole
 * names. Where they say different things it is all of that, and disputed: an alert must not go by the order of codes.
 */
export function drugOfConcept(concept: Concept, productOf: ProductOf): Drug | undefined {
  const products = (concept.coding ?? []).flatMap(({ system, code = '' }) =>
    system === PRODUCT ? (productOf(code) ?? []) : [],
  );
  const named = namesOf(concept).flatMap((name) => drugNamed(name) ?? []);
  const coded = codedIngredients(concept);
  const [detailed] = [...products, ...named];
  const sets = [
    ...[...products, ...named].map(({ parts }) => parts.map(({ ingredient }) => ingredient)),
    ...(coded.length === 0 ? [] : [coded]),
  ];
  const all = [...new Set(sets.flat())];
  if (all.length === 0) return undefined;
  const isDisputed =
    hasUnknownIngredient(concept) ||
    sets.some((set) => all.length !== new Set(set).size) ||
    named.some((each) => each.isDisputed);
  const parts = all.map((ingredient) => {
    const known = [...products, ...named].flatMap((drug) => drug.parts).find((part) => part.ingredient === ingredient);
    return { ingredient, strength: known?.strength };
  });
  const name = nameOf(concept);
  return {
    name: name === '' ? all.map(displayOf).join(' and ') : name,
    parts,
    route: detailed?.route ?? named.find(({ route }) => route !== undefined)?.route,
    isDisputed,
  };
}

/** A code of an ingredient that the knowledge does not have, beside others that it has. */
function hasUnknownIngredient({ coding = [] }: Concept): boolean {
  return coding.some(({ system, code = '' }) => system === INGREDIENT && !INGREDIENTS.has(code));
}

function namesOf({ coding = [], text }: Concept): readonly string[] {
  return [...coding.flatMap(({ display }) => display ?? []), ...(text === undefined ? [] : [text])];
}

/** Codes of single ingredients are those of one drug together; each other code stands for all of it. */
function codedIngredients({ coding = [] }: Concept): readonly string[] {
  const codes = coding.flatMap(({ system, code = '' }) => {
    if (system === INGREDIENT) return INGREDIENTS.has(code) ? [code] : [];
    if (system === COMBINATION) return ingredientsOfCombination(code) ?? [];
    return system === RXNORM ? (ingredientOfRxcui(code) ?? []) : [];
  });
  return [...new Set(codes)];
}
