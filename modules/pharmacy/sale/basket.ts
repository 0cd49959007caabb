import type { ClinicReader, Stored } from '#sdk';
import { productIn } from '#modules/supply';
import { matchOf } from '../dispensing/order-match.ts';
import { needsPrescription } from '../dispensing/product-facts.ts';
import { faults } from '../faults.ts';
import { scanned } from './scan.ts';

/** What is sold of one product or one lot of it. */
export interface BasketLine {
  readonly product: Stored<'MedicationKnowledge'>;
  readonly baseUnit: string;
  /** Id of the lot on the pack; undefined when the barcode has none. */
  readonly lot: string | undefined;
  /** Base units. */
  readonly quantity: number;
  readonly order: Stored<'MedicationRequest'> | undefined;
  readonly isSubstitute: boolean;
}

interface Basket {
  /** Each pack's barcode. */
  readonly packs: readonly string[];
  readonly orders: readonly Stored<'MedicationRequest'>[];
  readonly now: Date;
  readonly zone: string | undefined;
}

/**
 * What was scanned, the packs of one lot together.
 * @throws Fault 422 that says which pack cannot be sold, and why
 */
export async function basketOf(
  reader: ClinicReader,
  { packs, orders, now, zone }: Basket,
): Promise<readonly BasketLine[]> {
  const lines = new Map<string, BasketLine>();
  for (const [index, pack] of packs.entries()) {
    const { product, lot, quantity, warnings } = await scanned(reader, pack, now, zone);
    const baseUnit = productIn(product)?.baseUnit;
    const why = warnings.join(', ');
    if (why !== '' || product === undefined || baseUnit === undefined || quantity === undefined) {
      throw faults.cannotSell(index + 1, why === '' ? 'it is no product of the stock' : why);
    }
    const key = `${product.id} ${lot?.id ?? ''}`;
    const known = lines.get(key);
    if (known === undefined) {
      const order = await orderFor(reader, product, orders);
      if (order === undefined && needsPrescription(product)) throw faults.sellsOnOrder(index + 1);
      lines.set(key, {
        product,
        baseUnit,
        lot: lot?.id,
        quantity,
        order: order?.order,
        isSubstitute: order?.isSubstitute ?? false,
      });
    } else lines.set(key, { ...known, quantity: known.quantity + quantity });
  }
  return [...lines.values()];
}

async function orderFor(
  reader: ClinicReader,
  product: Stored<'MedicationKnowledge'>,
  orders: readonly Stored<'MedicationRequest'>[],
): Promise<{ readonly order: Stored<'MedicationRequest'>; readonly isSubstitute: boolean } | undefined> {
  for (const order of orders) {
    const match = await matchOf(order, product, reader);
    if (match === 'ordered' || match === 'substitute') return { order, isSubstitute: match === 'substitute' };
  }
  return undefined;
}
