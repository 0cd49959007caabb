import { compareDecimals, decimalText, type ResourceOf } from '#sdk';
import { codeSystem } from '../names.ts';

type Product = ResourceOf<'MedicationKnowledge'>;
type Concept = NonNullable<Product['code']>;
type Ratio = NonNullable<NonNullable<Product['ingredient']>[number]['strength']>;

const PRODUCT_TYPE = codeSystem('product-type');
const SCHEDULE = codeSystem('controlled-schedule');
export const INGREDIENT = codeSystem('ingredient');

/** `system|code` of each coding. */
export function codesOf(concept: Concept | undefined): readonly string[] {
  return (concept?.coding ?? []).flatMap(({ system, code }) => (code === undefined ? [] : [`${system ?? ''}|${code}`]));
}

/** Schedule of a controlled substance, `CII` … `CV`; undefined when it is none. */
export function scheduleOf({ regulatory = [] }: Product): string | undefined {
  const codings = regulatory.flatMap(({ schedule = [] }) => schedule.flatMap((each) => each.schedule.coding ?? []));
  return codings.find(({ system }) => system === SCHEDULE)?.code;
}

/** Whether nobody gets it without an order: on prescription only, or controlled. */
export function needsPrescription(product: Product): boolean {
  const isRxOnly = product.productType?.some((type) => codesOf(type).includes(`${PRODUCT_TYPE}|rx-only`)) ?? false;
  return isRxOnly || scheduleOf(product) !== undefined;
}

/** Codes of each ingredient of the product. */
export function ingredientsOf({ ingredient = [] }: Product): readonly (readonly string[])[] {
  return ingredient.map(({ itemCodeableConcept }) => codesOf(itemCodeableConcept));
}

/** Whether two products have the same ingredients in the same strengths and the same form: generics of each other. */
export function isEquivalent(a: Product, b: Product): boolean {
  const [own, others] = [a.ingredient ?? [], b.ingredient ?? []];
  const isSameForm = shares(codesOf(a.doseForm), codesOf(b.doseForm));
  if (!isSameForm || own.length === 0 || own.length !== others.length) return false;
  return own.every((ingredient) =>
    others.some(
      (other) =>
        shares(codesOf(ingredient.itemCodeableConcept), codesOf(other.itemCodeableConcept)) &&
        isSameStrength(ingredient.strength, other.strength),
    ),
  );
}

function isSameStrength(a: Ratio | undefined, b: Ratio | undefined): boolean {
  const sides = (['numerator', 'denominator'] as const).map((side) => {
    const [x, y] = [a?.[side], b?.[side]];
    const [left, right] = [decimalText(x, 'value'), decimalText(y, 'value')];
    if (left === undefined || right === undefined) return false;
    return compareDecimals(left, right) === 0 && x?.code === y?.code;
  });
  return sides.every((isSame) => isSame);
}

export function shares(a: readonly string[], b: readonly string[]): boolean {
  return a.some((each) => b.includes(each));
}
