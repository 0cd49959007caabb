import { decimalText, type AnyResource, type ClinicReader, type ResourceOf, type Stored } from '#sdk';
import { inBaseUnits } from './base-units.ts';
import { extensionOf, idOf } from './elements.ts';
import { faults } from './faults.ts';
import { lotByBarcode, productIdOf, productOf } from './find-product.ts';
import { parseGs1, type Gs1 } from './gs1.ts';
import { lotIn } from './lot.ts';
import { productIn, type Product } from './product.ts';

/** A line of a receipt, a transfer or a count, as a SupplyDelivery that is not stored as it is. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly delivery: ResourceOf<'SupplyDelivery'>;
  readonly knowledge: Stored<'MedicationKnowledge'>;
  readonly product: Product;
  /** Undefined when the line names none, or its barcode one that is not known yet. */
  readonly lot: Stored<'Medication'> | undefined;
  readonly scan: Gs1 | undefined;
  /** Base units. */
  readonly quantity: number;
}

/** @throws Fault 422 that names the line */
export async function readLines(
  reader: ClinicReader,
  given: readonly AnyResource[],
  thisYear: number,
): Promise<readonly Line[]> {
  if (given.length === 0) throw faults.noLines();
  const lines: Line[] = [];
  for (const [index, resource] of given.entries()) lines.push(await readLine(reader, resource, index + 1, thisYear));
  return lines;
}

async function readLine(reader: ClinicReader, delivery: AnyResource, number: number, thisYear: number): Promise<Line> {
  if (delivery.resourceType !== 'SupplyDelivery') throw faults.badLine(number, 'it must be a SupplyDelivery');
  const barcode = extensionOf(delivery, 'movement-barcode')?.valueString;
  const scan = barcode === undefined ? undefined : parseGs1(barcode, thisYear);
  const scanned = scan === undefined ? undefined : await lotByBarcode(reader, scan);
  const named = await reader.resolve(delivery.suppliedItem?.itemReference, 'Medication');
  if (named !== undefined && scanned?.lot !== undefined && named.id !== scanned.lot.id)
    throw faults.badLine(number, 'the barcode is of another lot than itemReference');
  const lot = named ?? scanned?.lot;
  const known = lotIn(lot)?.expiresOn;
  if (scan?.expiresOn !== undefined && known !== undefined && known !== scan.expiresOn)
    throw faults.badLine(number, 'the barcode says another day of expiry than the lot has');
  const knowledge =
    lot === undefined
      ? (scanned?.product ?? (await productOf(reader, medicineOf(delivery))))
      : await reader.read('MedicationKnowledge', productIdOf(lot) ?? '');
  const product = productIn(knowledge);
  if (knowledge === undefined || product === undefined)
    throw faults.badLine(number, 'no product of the stock is meant by its item or barcode');
  return { number, delivery, knowledge, product, lot, scan, quantity: quantityOf(delivery, product, scan, number) };
}

function medicineOf({ suppliedItem }: ResourceOf<'SupplyDelivery'>): Parameters<typeof productOf>[1] {
  const concept = suppliedItem?.itemCodeableConcept;
  return concept === undefined ? {} : { medicationCodeableConcept: concept };
}

/** As the line says; else as many pieces as the barcode counts, each a pack when the GTIN is that of a pack. */
function quantityOf(
  { suppliedItem }: ResourceOf<'SupplyDelivery'>,
  product: Product,
  scan: Gs1 | undefined,
  number: number,
): number {
  const value = decimalText(suppliedItem?.quantity, 'value');
  if (value === '0') return 0;
  if (value !== undefined) return inBaseUnits(value, suppliedItem?.quantity?.code, product);
  if (scan?.count === undefined) throw faults.badLine(number, 'suppliedItem.quantity is missing');
  const pack = product.packs.find(({ gtin }) => gtin === scan.gtin);
  return inBaseUnits(String(scan.count), pack?.unit, product);
}

/** Id of the lot of a line that must have one. @throws Fault 422 */
export function lotOf({ lot, number }: Line): string {
  if (lot === undefined) throw faults.badLine(number, 'its lot is not known here');
  return lot.id;
}

/** Id of the SupplyRequest that a line fulfils. */
export function orderOf({ delivery }: Line): string | undefined {
  return idOf(delivery.basedOn?.[0], 'SupplyRequest');
}
