import { compareDecimals, divideDecimals, multiplyDecimals } from '#sdk';
import { faults } from './faults.ts';
import type { Product } from './product.ts';

/** So that sums of balances stay whole numbers that JavaScript has exactly. */
export const MOST = 999_999_999;

/** In one unit of each dimension; only units of one dimension convert. https://ucum.org/ucum */
const METRIC: readonly Readonly<Record<string, string>>[] = [
  { L: '1000', l: '1000', dL: '100', dl: '100', mL: '1', ml: '1', uL: '0.001', ul: '0.001' },
  { kg: '1000', g: '1', mg: '0.001', ug: '0.000001' },
  { m: '100', dm: '10', cm: '1', mm: '0.1' },
];

/**
 * A quantity in base units of a product, exactly.
 * @param value decimal text
 * @param unit UCUM code: the base unit, a pack of the product, or a unit of the same dimension; undefined: the base unit
 * @throws Fault 422 for another unit, and for what is no whole number of base units
 */
export function inBaseUnits(value: string, unit: string | undefined, product: Product): number {
  const factor = factorOf(unit ?? product.baseUnit, product);
  if (factor === undefined) throw faults.badUnit(unit ?? '', acceptedUnits(product));
  const quantity = multiplyDecimals(value, factor);
  if (compareDecimals(quantity, '1') < 0 || compareDecimals(quantity, String(MOST)) > 0) throw faults.badQuantity();
  if (!/^\d+$/.test(quantity)) throw faults.badUnit(unit ?? product.baseUnit, acceptedUnits(product));
  return Number(quantity);
}

function factorOf(unit: string, { baseUnit, packs }: Product): string | undefined {
  if (unit === baseUnit) return '1';
  const pack = packs.find((each) => each.unit === unit);
  if (pack !== undefined) return String(pack.quantity);
  const table = METRIC.find((each) => Object.hasOwn(each, baseUnit));
  const [from, to] = [unit, baseUnit].map((each) =>
    table !== undefined && Object.hasOwn(table, each) ? table[each] : undefined,
  );
  return from === undefined || to === undefined ? undefined : divideDecimals(from, to);
}

function acceptedUnits({ baseUnit, packs }: Product): readonly string[] {
  return [baseUnit, ...packs.map(({ unit }) => unit)];
}
