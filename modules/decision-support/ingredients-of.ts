import type { ClinicReader, ResourceOf } from '#sdk';
import { lookUpDrugs } from './drug/drug-lookup.ts';
import { sourceOfRequest } from './facts/drug-uses.ts';

/**
 * Codes of the ingredients of an ordered drug, as checks know it: by its codes, its product or Medication (contained ones
 * too), or its name. Empty for a drug that is not known.
 */
export async function ingredientsOf(
  reader: ClinicReader,
  order: ResourceOf<'MedicationRequest'>,
): Promise<readonly string[]> {
  const lookup = await lookUpDrugs(reader, [sourceOfRequest(order)]);
  return lookup.drugOf(sourceOfRequest(order))?.parts.map(({ ingredient }) => ingredient) ?? [];
}
