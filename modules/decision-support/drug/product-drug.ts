import { type ResourceOf } from '#sdk';
import { plainDecimal } from '../knowledge/plain-decimal.ts';
import { INGREDIENTS } from '../knowledge/vocabulary.ts';
import type { Amount, Drug, DrugPart, Strength } from './drug.ts';
import { drugOfConcept, nameOf, type Concept } from './concept-drug.ts';
import { routeOfConcept } from './dosage-route.ts';
import { amountIn } from './units.ts';

interface Ingredient {
  readonly itemCodeableConcept?: Concept;
  readonly strength?: Ratio;
}

type Ratio = NonNullable<NonNullable<ResourceOf<'Medication'>['ingredient']>[number]['strength']>;
type Quantity = NonNullable<Ratio['numerator']>;

/** The drug of a product, by what it is made of. Undefined when an ingredient of it is not known. */
export function drugOfProduct(product: ResourceOf<'MedicationKnowledge'>): Drug | undefined {
  const parts = partsOf(product.ingredient ?? []);
  if (parts === undefined) return product.code && drugOfConcept(product.code, () => undefined);
  const route = routeOfConcept(product.intendedRoute?.[0]) ?? routeOfConcept(product.doseForm);
  return { name: nameOf(product.code), parts, route, isDisputed: false };
}

/** The drug of a Medication, such as a lot. @param productOf for its code, when that is the product's */
export function drugOfMedication(
  medication: ResourceOf<'Medication'>,
  productOf: (code: string) => Drug | undefined,
): Drug | undefined {
  const parts = partsOf(medication.ingredient ?? []);
  const coded = medication.code && drugOfConcept(medication.code, productOf);
  if (parts === undefined) return coded;
  return {
    name: nameOf(medication.code),
    parts,
    route: routeOfConcept(medication.form) ?? coded?.route,
    isDisputed: false,
  };
}

function partsOf(ingredients: readonly Ingredient[]): readonly DrugPart[] | undefined {
  const parts = ingredients.map(({ itemCodeableConcept, strength }): DrugPart | undefined => {
    const drug = itemCodeableConcept && drugOfConcept(itemCodeableConcept, () => undefined);
    const [part] = drug?.parts ?? [];
    if (part === undefined || !INGREDIENTS.has(part.ingredient)) return undefined;
    return { ingredient: part.ingredient, strength: strengthOf(strength) ?? part.strength };
  });
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 || known.length < parts.length ? undefined : known;
}

function strengthOf(ratio: Ratio | undefined): Strength | undefined {
  const amount = amountOf(ratio?.numerator);
  const per = amountOf(ratio?.denominator) ?? { value: '1', unit: '1' };
  if (amount === undefined || Number(per.value) === 0 || (per.unit !== '1' && per.unit !== 'mL')) return undefined;
  return { amount, per };
}

/** A quantity in a base unit; undefined when it has no number or its unit is of no dimension that doses have. */
export function amountOf(quantity: Quantity | undefined): Amount | undefined {
  const value = plainDecimal(quantity, 'value');
  const unit = quantity?.code ?? quantity?.unit ?? '1';
  return value === undefined ? undefined : amountIn(value, unit);
}
