import type { ClinicReader, ResourceOf, Stored } from '#sdk';
import { extensionOf, idOf } from './elements.ts';
import { faults } from './faults.ts';
import type { Gs1 } from './gs1.ts';
import { GTIN, codeSystem } from './names.ts';
import { productIn } from './product.ts';

type Medicine = Pick<ResourceOf<'MedicationRequest'>, 'medicationCodeableConcept' | 'medicationReference'>;
type Concept = NonNullable<Medicine['medicationCodeableConcept']>;

/**
 * The product of the stock that an order, a dispense or a code means: by the lot that it refers to, else by its codings, the
 * clinic's own code first. Undefined when there is none.
 * @throws Fault 422 when the codings mean several
 */
export async function productOf(
  reader: ClinicReader,
  { medicationCodeableConcept, medicationReference }: Medicine,
): Promise<Stored<'MedicationKnowledge'> | undefined> {
  if (medicationReference === undefined) return productByCode(reader, medicationCodeableConcept);
  const medication = await reader.resolve(medicationReference, 'Medication');
  if (medication === undefined) return undefined;
  const product = extensionOf(medication, 'lot-product')?.valueReference;
  if (product === undefined) return productByCode(reader, medication.code);
  return reader.resolve(product, 'MedicationKnowledge');
}

async function productByCode(
  reader: ClinicReader,
  concept: Concept | undefined,
): Promise<Stored<'MedicationKnowledge'> | undefined> {
  const own = codeSystem('product');
  const codings = [...(concept?.coding ?? [])].sort((a, b) => Number(b.system === own) - Number(a.system === own));
  for (const { system, code } of codings) {
    if (system === undefined || code === undefined) continue;
    const token = encodeURIComponent(`${escaped(system)}|${escaped(code)}`);
    const found = await reader.search('MedicationKnowledge', `code=${token}&status:not=entered-in-error`);
    const products = found.filter((each) => productIn(each) !== undefined);
    if (products.length > 1) throw faults.ambiguousProduct();
    if (products[0] !== undefined) return products[0];
  }
  return undefined;
}

/** What a scan shows, as far as it is known here. */
export interface ScannedLot {
  readonly product: Stored<'MedicationKnowledge'> | undefined;
  /** The lot with the scanned number; of several makers' the one that expires as scanned. */
  readonly lot: Stored<'Medication'> | undefined;
}

export async function lotByBarcode(reader: ClinicReader, scan: Gs1): Promise<ScannedLot> {
  if (scan.gtin === undefined) return { product: undefined, lot: undefined };
  const coding = [{ system: GTIN, code: scan.gtin }];
  const product = await productByCode(reader, { coding });
  if (product === undefined || scan.lotNumber === undefined) return { product, lot: undefined };
  const number = encodeURIComponent(escaped(scan.lotNumber));
  const lots = await reader.search(
    'Medication',
    `stock-product=MedicationKnowledge/${product.id}&lot-number=${number}`,
  );
  const exact = lots.filter(({ batch }) => batch?.lotNumber === scan.lotNumber);
  const asScanned = exact.find(({ batch }) => batch?.expirationDate === scan.expiresOn);
  return { product, lot: asScanned ?? exact[0] };
}

/** Id of the product of a lot. */
export function productIdOf(lot: ResourceOf<'Medication'>): string | undefined {
  return idOf(extensionOf(lot, 'lot-product')?.valueReference, 'MedicationKnowledge');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\,|$]/g, '\\$&');
}
