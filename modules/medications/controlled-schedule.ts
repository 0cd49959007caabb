import { ingredientsOf } from '#modules/decision-support';
import { productIdOf } from '#modules/supply';
import type { ClinicReader, ResourceOf, Stored } from '#sdk';
import { CANONICAL, type Order } from './order.ts';
import { orderedMedicine } from './order-medicine.ts';

const SCHEDULE = `${CANONICAL}/CodeSystem/controlled-schedule`;
const INGREDIENT = `${CANONICAL}/CodeSystem/ingredient`;
/** From the strictest; schedule I is not prescribed. https://www.ecfr.gov/current/title-21/part-1308 */
const STRICTEST = ['CII', 'CIII', 'CIV', 'CV'] as const;

export type ControlledSchedule = (typeof STRICTEST)[number];

type Knowledge = Stored<'MedicationKnowledge'>;
type Coding = NonNullable<NonNullable<Order['medicationCodeableConcept']>['coding']>[number];

/**
 * The schedule of controlled drugs that an order falls under, by the products of the clinic that it may mean: of one that is
 * ordered by its ingredient, the strictest of all that contain it. Undefined for what is not controlled, or not known here.
 */
export async function controlledSchedule(reader: ClinicReader, order: Order): Promise<ControlledSchedule | undefined> {
  const products = await productsOf(reader, order);
  const codes = new Set(products.flatMap(schedulesIn));
  return STRICTEST.find((each) => codes.has(each));
}

async function productsOf(reader: ClinicReader, order: Order): Promise<readonly Knowledge[]> {
  const { code, ingredients, medication } = await orderedMedicine(reader, order);
  const product = medication && productIdOf(medication);
  const own = product === undefined ? undefined : await reader.read('MedicationKnowledge', product);
  // However it is written: a brand or a text is no way round.
  const known = (await ingredientsOf(reader, order)).map((each) => ({ system: INGREDIENT, code: each }));
  const tokens = tokensOf([...[code, ...ingredients].flatMap((concept) => concept?.coding ?? []), ...known]);
  const byCode = tokens === '' ? [] : await reader.search('MedicationKnowledge', `code=${tokens}`);
  const byIngredient = tokens === '' ? [] : await reader.search('MedicationKnowledge', `ingredient-code=${tokens}`);
  return [...(own === undefined ? [] : [own]), ...byCode, ...byIngredient];
}

function tokensOf(codings: readonly Coding[]): string {
  const tokens = codings.flatMap(({ system, code }) =>
    system === undefined || code === undefined ? [] : [`${escaped(system)}|${escaped(code)}`],
  );
  return [...new Set(tokens)].map(encodeURIComponent).join(',');
}

/** https://hl7.org/fhir/R4/search.html#escaping */
function escaped(text: string): string {
  return text.replaceAll(/[\\,|$]/g, '\\$&');
}

function schedulesIn({ regulatory = [] }: ResourceOf<'MedicationKnowledge'>): readonly string[] {
  return regulatory.flatMap(({ schedule = [] }) =>
    schedule.flatMap(({ schedule: concept }) =>
      (concept.coding ?? []).flatMap(({ system, code }) => (system === SCHEDULE && code !== undefined ? [code] : [])),
    ),
  );
}
