import type { ClinicReader } from '#sdk';
import { localDay, lotIn } from '#modules/supply';
import { faults } from '../faults.ts';
import { localName } from '../vault/moved.ts';

/**
 * A lot that somebody chose or scanned, if it may be given to patients.
 * @param product id of the MedicationKnowledge that it must be of
 * @returns its id
 * @throws Fault 422 that says why not
 */
export async function chosenLot(
  reader: ClinicReader,
  named: { readonly reference?: string },
  product: string,
  at: Date,
  zone: string | undefined,
): Promise<string> {
  const lot = lotIn(await reader.resolve({ reference: localName(named) }, 'Medication'));
  if (lot?.product !== product) throw faults.wrongLot();
  if (lot.status !== 'active') throw faults.unusableLot(lot.status);
  if (lot.expiresOn !== null && lot.expiresOn < localDay(at, zone))
    throw faults.unusableLot(`expired (${lot.expiresOn})`);
  return lot.id;
}
