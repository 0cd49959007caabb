import { addDecimals, decimalText, multiplyDecimals, setDecimal, type ResourceOf } from '#sdk';
import { codesOf } from '../dispensing/product-facts.ts';
import { faults } from '../faults.ts';
import { codeSystem } from '../names.ts';

type Product = ResourceOf<'MedicationKnowledge'>;
type Invoice = ResourceOf<'Invoice'>;
type LineItem = NonNullable<Invoice['lineItem']>[number];
type Money = NonNullable<Invoice['totalNet']>;

const PRICE = `${codeSystem('product-cost')}|price`;

export interface SaleLine {
  readonly product: Product;
  /** Base units. */
  readonly quantity: number;
}

/** Amounts of money as text, with their digits. */
interface Price {
  readonly value: string;
  readonly currency: string;
}

/**
 * Lines and totals of a sale: price of the base unit times their number, exactly. A product without a price has no amount,
 * and then there is no total either.
 * @throws Fault 422 when the prices are in several currencies
 */
export function saleInvoice(lines: readonly SaleLine[]): Pick<Invoice, 'lineItem' | 'totalNet' | 'totalGross'> {
  const amounts = lines.map(({ product, quantity }) => {
    const price = priceOf(product);
    return price === undefined
      ? undefined
      : { ...price, value: asFine(multiplyDecimals(price.value, String(quantity)), price.value) };
  });
  const lineItem = lines.map((line, index) => lineOf(line, index + 1, amounts[index]));
  const total = totalOf(amounts);
  return { lineItem, ...(total === undefined ? {} : { totalNet: moneyOf(total), totalGross: moneyOf(total) }) };
}

function lineOf({ product, quantity }: SaleLine, sequence: number, amount: Price | undefined): LineItem {
  const line: LineItem = { sequence, chargeItemCodeableConcept: product.code ?? {} };
  if (amount === undefined) return line;
  return { ...line, priceComponent: [{ type: 'base', factor: quantity, amount: moneyOf(amount) }] };
}

function totalOf(amounts: readonly (Price | undefined)[]): Price | undefined {
  const [first, ...others] = amounts;
  if (first === undefined) return undefined;
  let { value } = first;
  for (const amount of others) {
    if (amount === undefined) return undefined;
    if (amount.currency !== first.currency) throw faults.severalCurrencies();
    value = asFine(addDecimals(value, amount.value), amount.value);
  }
  return { value, currency: first.currency };
}

/** What one base unit is sold for. */
function priceOf({ cost = [] }: Product): Price | undefined {
  const money = cost.find(({ type }) => codesOf(type).includes(PRICE))?.cost;
  const value = decimalText(money, 'value');
  return value === undefined || money?.currency === undefined ? undefined : { value, currency: money.currency };
}

/** With at least as many digits behind the point as another amount: 3 times 0.10 is 0.30. */
function asFine(value: string, like: string): string {
  const [whole = '', digits = ''] = value.split('.');
  const places = like.split('.')[1]?.length ?? 0;
  return places <= digits.length ? value : `${whole}.${digits.padEnd(places, '0')}`;
}

function moneyOf({ value, currency }: Price): Money {
  return setDecimal<Money>({ value: 0, currency: currency as NonNullable<Money['currency']> }, 'value', value);
}
