import { productIdOf } from '#modules/supply';
import { decimalText, multiplyDecimals, type ClinicReader, type ResourceOf, type Stored } from '#sdk';
import type { Order } from './order.ts';
import { orderedMedicine } from './order-medicine.ts';

type Concept = NonNullable<Order['medicationCodeableConcept']>;
type Knowledge = ResourceOf<'MedicationKnowledge'>;

function codesOf(concept: Concept | undefined): readonly string[] {
  return (concept?.coding ?? []).flatMap(({ system = '', code }) => (code === undefined ? [] : [`${system}|${code}`]));
}

/** Codes of the ingredients, each with all its codings; those that work, where it says which do. */
function ingredientsOf({ ingredient = [] }: Knowledge): readonly (readonly string[])[] {
  const active = ingredient.filter(({ isActive }) => isActive !== false);
  return active.map(({ itemCodeableConcept }) => codesOf(itemCodeableConcept));
}

/**
 * Whether a lot is of what is ordered: of the same product or code, or of the one ingredient that is ordered, or of exactly
 * the ingredients and strengths of the product that is ordered (another maker's of the same).
 */
export async function isOrderedDrug(reader: ClinicReader, order: Order, lot: Stored<'Medication'>): Promise<boolean> {
  const { code, ingredients, medication } = await orderedMedicine(reader, order);
  if (medication?.id === lot.id) return true;
  const [wanted, scanned] = [await productIn(reader, medication), await productIn(reader, lot)];
  if (wanted !== undefined && wanted.id === scanned?.id) return true;
  const ordered = new Set([
    ...codesOf(code),
    ...(ingredients.length === 1 ? codesOf(ingredients[0]) : []),
    ...codesOf(wanted?.code),
  ]);
  if ([...codesOf(lot.code), ...codesOf(scanned?.code)].some((each) => ordered.has(each))) return true;
  const parts = scanned === undefined ? [] : ingredientsOf(scanned);
  if (parts.length === 1 && parts[0]?.some((each) => ordered.has(each)) === true) return true;
  return scanned !== undefined && (await isSameMedicine(reader, ordered, scanned));
}

/** Whether a record that names no lot names the medicine as the order does; what has no code at all is told by its text. */
export async function isNamedAsOrdered(
  reader: ClinicReader,
  order: Order,
  given: Pick<Order, 'medicationCodeableConcept' | 'medicationReference'>,
): Promise<boolean> {
  const reference = given.medicationReference?.reference;
  if (reference !== undefined && reference === order.medicationReference?.reference) return true;
  const [wanted, named] = [await orderedMedicine(reader, order), await orderedMedicine(reader, given)];
  const ordered = new Set([wanted.code, ...wanted.ingredients].flatMap(codesOf));
  const codes = [named.code, ...named.ingredients].flatMap(codesOf);
  if (ordered.size > 0 && codes.length > 0) return codes.some((code) => ordered.has(code));
  return wanted.code?.text !== undefined && wanted.code.text === named.code?.text;
}

async function productIn(
  reader: ClinicReader,
  lot: Stored<'Medication'> | undefined,
): Promise<Stored<'MedicationKnowledge'> | undefined> {
  const id = lot && productIdOf(lot);
  return id === undefined ? undefined : reader.read('MedicationKnowledge', id);
}

/** Products with a code that is ordered, one of which has the same ingredients in the same strengths and form. */
async function isSameMedicine(
  reader: ClinicReader,
  ordered: ReadonlySet<string>,
  scanned: Stored<'MedicationKnowledge'>,
): Promise<boolean> {
  const tokens = [...ordered].map((code) => encodeURIComponent(code.replaceAll(/[\\,$]/g, '\\$&'))).join(',');
  if (tokens === '') return false;
  const products = await reader.search('MedicationKnowledge', `code=${tokens}`);
  const composition = compositionOf(scanned);
  return composition !== undefined && products.some((product) => compositionOf(product) === composition);
}

/** Ingredients with strengths, and the form; undefined where one of them is not said. */
function compositionOf({ ingredient = [], doseForm }: Knowledge): string | undefined {
  const form = codesOf(doseForm)[0] ?? doseForm?.text;
  const parts = ingredient.map(({ itemCodeableConcept, strength }) => {
    const code = codesOf(itemCodeableConcept)[0];
    return code === undefined || strength === undefined
      ? undefined
      : `${code} ${amountOf(strength.numerator)}/${amountOf(strength.denominator)}`;
  });
  if (form === undefined || parts.length === 0 || parts.includes(undefined)) return undefined;
  return [...parts].sort().concat(form).join();
}

type Amount = NonNullable<NonNullable<NonNullable<Knowledge['ingredient']>[number]['strength']>['numerator']>;

/** `10.0 mg` and `10 mg` are the same. */
function amountOf(amount: Amount | undefined): string {
  const value = decimalText(amount, 'value');
  return `${value === undefined ? '' : multiplyDecimals(value, '1')} ${amount?.code ?? amount?.unit ?? ''}`;
}
