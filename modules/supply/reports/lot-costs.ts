/**
 * Common table expression `cost`: what a base unit of a lot cost on average over its receipts, by currency. The cost is said
 * by receipts alone and follows the lot.
 */
export const LOT_COSTS = `cost as (
  select lot, coalesce(currency, '') as currency, sum(unit_cost * quantity) / sum(quantity) as unit_cost
  from @stock_movement where tenant = $1 and type = 'receipt' and unit_cost is not null group by lot, coalesce(currency, ''))`;

/** Decimal as text, rounded to cents of cents; none: null. */
export function money(expression: string): string {
  return `round(${expression}, 4)::text`;
}
