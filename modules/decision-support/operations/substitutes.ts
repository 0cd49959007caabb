import { compareDecimals, defineOperation, divideDecimals, type ResourceOf, type Stored } from '#sdk';
import { plainDecimal } from '../knowledge/plain-decimal.ts';
import type { Drug } from '../drug/drug.ts';
import { lookUpDrugs } from '../drug/drug-lookup.ts';
import { drugOfProduct } from '../drug/product-drug.ts';
import { sourceOfRequest } from '../facts/drug-uses.ts';
import { faults } from '../faults.ts';
import { INGREDIENT } from '../names.ts';

type Product = Stored<'MedicationKnowledge'>;

export const substitutes = defineOperation({
  code: 'substitutes',
  title: 'Find generic substitutes',
  text:
    'Products with the same ingredients, strengths, form and route as what was ordered, cheapest first; none where the ' +
    'prescriber does not allow another one.',
  levels: ['instance'],
  types: ['Patient'],
  affectsState: false,
  input: { order: { type: 'Reference', min: 1, text: 'The MedicationRequest, of this patient.' } },
  output: { product: { type: 'Resource', max: '*', text: 'A MedicationKnowledge that can take its place.' } },
  async run(context, { id, input }) {
    const order = await context.resolve(input.order, 'MedicationRequest');
    if (order === undefined || order.subject.reference?.endsWith(`Patient/${id ?? ''}`) !== true)
      throw faults.noOrder();
    if (order.substitution?.allowedBoolean === false || isForbidden(order)) return { product: [] };
    const lookup = await lookUpDrugs(context, [sourceOfRequest(order)]);
    const drug = lookup.drugOf(sourceOfRequest(order));
    const [first] = drug?.parts ?? [];
    if (drug === undefined || first === undefined) return { product: [] };
    const products = await context.search(
      'MedicationKnowledge',
      `ingredient-code=${INGREDIENT}|${first.ingredient}&status=active`,
    );
    const same = products.filter((product) => isSame(drug, product) && !isOrdered(order, product));
    return { product: same.sort(byPrice) };
  },
});

/** https://terminology.hl7.org/CodeSystem-v3-substanceAdminSubstitution.html: `N` is none. */
function isForbidden({ substitution }: ResourceOf<'MedicationRequest'>): boolean {
  return substitution?.allowedCodeableConcept?.coding?.some(({ code }) => code === 'N') === true;
}

function isSame(drug: Drug, product: Product): boolean {
  const other = drugOfProduct(product);
  if (other?.parts.length !== drug.parts.length) return false;
  if (drug.route !== undefined && other.route !== undefined && drug.route !== other.route) return false;
  return drug.parts.every(({ ingredient, strength }) => {
    const found = other.parts.find((part) => part.ingredient === ingredient)?.strength;
    return strength !== undefined && found !== undefined && concentration(strength) === concentration(found);
  });
}

function concentration({ amount, per }: NonNullable<Drug['parts'][number]['strength']>): string {
  return `${divideDecimals(amount.value, per.value)} ${amount.unit}/${per.unit}`;
}

function isOrdered({ medicationCodeableConcept }: ResourceOf<'MedicationRequest'>, { code }: Product): boolean {
  return (
    medicationCodeableConcept?.coding?.some((own) =>
      code?.coding?.some((other) => own.system === other.system && own.code === other.code),
    ) === true
  );
}

/** Products without a price stand last. */
function byPrice(one: Product, other: Product): number {
  const [a, b] = [priceOf(one), priceOf(other)];
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareDecimals(a, b) || (one.id < other.id ? -1 : 1);
}

function priceOf({ cost = [] }: Product): string | undefined {
  const price = cost.find(({ type }) => type.coding?.some(({ code }) => code === 'price')) ?? cost[0];
  return plainDecimal(price?.cost, 'value');
}
