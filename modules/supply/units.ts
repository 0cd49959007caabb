import { addDecimals, decimalText, type ResourceOf } from '#sdk';
import { inBaseUnits } from './base-units.ts';
import { faults } from './faults.ts';
import { UCUM } from './names.ts';
import type { Product } from './product.ts';
import { TABLES_OF_STOCK, type StockReader } from './stock-tables.ts';

type Quantity = ResourceOf<'SupplyRequest'>['quantity'];

const PRODUCT = 'p.id, p.base_unit as "baseUnit", p.packs';

/** The product of a lot. @param lot id of a Medication */
export async function productOfLot(lot: string, context: StockReader): Promise<Product | undefined> {
  const tables = await context.projection(TABLES_OF_STOCK);
  const [product] = await tables.query<Product>(
    `select ${PRODUCT} from @stock_lot l join @stock_product p on p.tenant = $1 and p.id = l.product
     where l.tenant = $1 and l.id = $2`,
    [tables.tenant, lot],
  );
  return product;
}

/** @param id of a MedicationKnowledge */
export async function productWithId(id: string, context: StockReader): Promise<Product | undefined> {
  const tables = await context.projection(TABLES_OF_STOCK);
  const [product] = await tables.query<Product>(
    `select ${PRODUCT} from @stock_product p where p.tenant = $1 and p.id = $2`,
    [tables.tenant, id],
  );
  return product;
}

/**
 * The quantity in base units of the product; of an unknown product as it is, if it is a number that can be counted.
 * @throws Fault 422
 */
export function countedQuantity(quantity: Quantity, product: Product | undefined): Quantity {
  const value = decimalText(quantity, 'value');
  if (value === undefined || /^-|[eE]/.test(value) || value.length > 30) throw faults.badQuantity();
  if ((quantity.system ?? UCUM) !== UCUM) throw faults.badQuantity();
  const counted = product === undefined ? Number(addDecimals(value, '0')) : inBaseUnits(value, quantity.code, product);
  const code = product?.baseUnit ?? quantity.code;
  const { unit, value: _value, ...rest } = quantity;
  return {
    ...rest,
    value: counted,
    system: UCUM,
    ...(unit === undefined || code !== quantity.code ? {} : { unit }),
    ...(code === undefined ? {} : { code }),
  };
}
