import type { ClinicReader, ResourceOf, Stored } from '#sdk';
import { extensionUrl } from '../names.ts';
import { codesOf, INGREDIENT, ingredientsOf, isEquivalent, shares } from './product-facts.ts';

type Order = ResourceOf<'MedicationRequest'>;
type Product = Stored<'MedicationKnowledge'>;

/** How a product answers an order: it is what was ordered, or a generic of it that may take its place. */
export type Match = 'ordered' | 'substitute' | 'forbidden-substitute' | 'other';

const NONE = 'http://terminology.hl7.org/CodeSystem/v3-substanceAdminSubstitution|N';

export async function matchOf(order: Order, product: Product, reader: ClinicReader): Promise<Match> {
  const codes = await orderedCodes(order, product, reader);
  if (codes === 'this') return 'ordered';
  if (shares(codes, codesOf(product.code)) || isOnlyIngredient(codes, product)) return 'ordered';
  const ordered = await productsWith(codes, reader);
  if (!ordered.some((each) => isEquivalent(each, product))) return 'other';
  return allowsSubstitution(order) ? 'substitute' : 'forbidden-substitute';
}

/** Whether the prescriber said that a generic may be given instead; who says nothing has not allowed it. */
function allowsSubstitution({ substitution }: Order): boolean {
  const { allowedBoolean, allowedCodeableConcept } = substitution ?? {};
  if (allowedBoolean !== undefined) return allowedBoolean;
  return allowedCodeableConcept !== undefined && !codesOf(allowedCodeableConcept).includes(NONE);
}

/** Codes of what was ordered; `this` when the order names a lot of the very product. */
async function orderedCodes(
  { medicationCodeableConcept, medicationReference }: Order,
  product: Product,
  reader: ClinicReader,
): Promise<readonly string[] | 'this'> {
  if (medicationReference === undefined) return codesOf(medicationCodeableConcept);
  const medication = await reader.resolve(medicationReference, 'Medication');
  const url = extensionUrl('lot-product');
  const named = medication?.extension?.find((each) => each.url === url)?.valueReference;
  return named?.reference === `MedicationKnowledge/${product.id}` ? 'this' : codesOf(medication?.code);
}

/** An order of an ingredient is answered by each product of it alone; strength and form are said by its dosage. */
function isOnlyIngredient(codes: readonly string[], product: Product): boolean {
  const [only, ...others] = ingredientsOf(product);
  const ingredients = codes.filter((code) => code.startsWith(`${INGREDIENT}|`));
  return only !== undefined && others.length === 0 && shares(ingredients, only);
}

async function productsWith(codes: readonly string[], reader: ClinicReader): Promise<readonly Product[]> {
  if (codes.length === 0) return [];
  return reader.search('MedicationKnowledge', `code=${codes.map((code) => encodeURIComponent(code)).join(',')}`);
}
