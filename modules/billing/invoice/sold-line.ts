import { compareDecimals, decimalText, multiplyDecimals, type ClinicReader, type Stored } from '#sdk';
import { productOf } from '#modules/supply';
import { faults } from '../faults.ts';
import { isReasonable, rounded, type Amount } from '../pricing/money.ts';
import type { Invoice, InvoiceLine } from './priced-invoice.ts';

const PRODUCT_COST = 'https://athanor.health/fhir/CodeSystem/product-cost';

/**
 * Whether products of the stock are sold by the Invoice.
 * @throws Fault 422 when the base of a line is not what its units of a product cost
 */
export async function sellsProducts({ lineItem = [] }: Invoice, reader: ClinicReader): Promise<boolean> {
  let isSale = false;
  for (const [index, line] of lineItem.entries()) {
    const { chargeItemCodeableConcept: medicationCodeableConcept } = line;
    if (medicationCodeableConcept === undefined) continue;
    const product = await productOf(reader, { medicationCodeableConcept });
    if (product === undefined) continue;
    isSale = true;
    if (!costs(line, priceOf(product))) throw faults.wrongBase(index + 1);
  }
  return isSale;
}

/** Of one base unit; undefined when the product has none, and is sold for what the line says. */
function priceOf({ cost = [] }: Stored<'MedicationKnowledge'>): Amount | undefined {
  const isPrice = ({ type }: (typeof cost)[number]): boolean =>
    type.coding?.some(({ system, code }) => system === PRODUCT_COST && code === 'price') ?? false;
  const money = cost.find(isPrice)?.cost;
  const value = decimalText(money, 'value');
  return value === undefined || money?.currency === undefined ? undefined : { value, currency: money.currency };
}

/** Whether the base of a line is the price of its units, exactly or in whole minor units. */
function costs({ priceComponent = [] }: InvoiceLine, price: Amount | undefined): boolean {
  if (price === undefined) return true;
  const base = priceComponent.find(({ type }) => type === 'base');
  const said = decimalText(base?.amount, 'value');
  const units = decimalText(base, 'factor') ?? '1';
  if (!isReasonable(said) || !isReasonable(units) || base?.amount?.currency !== price.currency) return false;
  const exact = { ...price, value: multiplyDecimals(price.value, units) };
  return [exact, rounded(exact)].some(({ value }) => compareDecimals(value, said) === 0);
}
