import type { ClinicReader, ResourceOf, Stored } from '#sdk';
import { extensionUrl } from '../names.ts';

export interface DispensedLot {
  readonly lot: Stored<'Medication'>;
  readonly product: Stored<'MedicationKnowledge'>;
}

/** The lot of stock that a dispense names, with its product; undefined when it names none: what was dispensed elsewhere. */
export async function lotOf(
  { medicationReference }: Pick<ResourceOf<'MedicationDispense'>, 'medicationReference'>,
  reader: Pick<ClinicReader, 'resolve'>,
): Promise<DispensedLot | undefined> {
  const lot = await reader.resolve(medicationReference, 'Medication');
  const url = extensionUrl('lot-product');
  const named = lot?.extension?.find((each) => each.url === url)?.valueReference;
  const product = await reader.resolve(named, 'MedicationKnowledge');
  return lot === undefined || product === undefined ? undefined : { lot, product };
}
