import type { ClinicReader, Stored } from '#sdk';
import { localDay, lotByBarcode, lotIn, parseGs1, type Gs1 } from '#modules/supply';
import { packOf } from './pack-of.ts';

/** What somebody has to know before a scanned pack is used. */
export type ScanWarning =
  | 'unknown-product'
  | 'unknown-lot'
  | 'expired'
  | 'other-expiry'
  | 'quarantined'
  | 'recalled'
  | 'damaged'
  | 'unknown-quantity';

export interface Scan {
  readonly gs1: Gs1;
  readonly product: Stored<'MedicationKnowledge'> | undefined;
  readonly lot: Stored<'Medication'> | undefined;
  /** Base units in what was scanned. */
  readonly quantity: number | undefined;
  readonly warnings: readonly ScanWarning[];
}

/**
 * What a pack's barcode means here.
 * @param text a GS1 element string, or a GTIN
 * @param zone of the place where it is scanned: a lot can be used through its last day there
 * @throws Fault 422 for what is no such barcode
 */
export async function scanned(reader: ClinicReader, text: string, now: Date, zone: string | undefined): Promise<Scan> {
  const gs1 = parseGs1(text);
  const { product, lot } = await lotByBarcode(reader, gs1);
  const pack = product === undefined || gs1.gtin === undefined ? undefined : packOf(product, gs1.gtin);
  const quantity = gs1.count ?? pack;
  return { gs1, product, lot, quantity, warnings: warningsOf({ gs1, product, lot, quantity }, localDay(now, zone)) };
}

function warningsOf({ gs1, product, lot, quantity }: Omit<Scan, 'warnings'>, today: string): readonly ScanWarning[] {
  if (product === undefined) return ['unknown-product'];
  const known = lotIn(lot);
  const expiry = known?.expiresOn ?? gs1.expiresOn;
  const isOther = known !== undefined && gs1.expiresOn !== undefined && known.expiresOn !== gs1.expiresOn;
  return [
    ...(gs1.lotNumber !== undefined && lot === undefined ? (['unknown-lot'] as const) : []),
    ...(expiry !== undefined && expiry < today ? (['expired'] as const) : []),
    ...(isOther ? (['other-expiry'] as const) : []),
    ...(known === undefined || known.status === 'active' ? [] : [known.status]),
    ...(quantity === undefined ? (['unknown-quantity'] as const) : []),
  ];
}
