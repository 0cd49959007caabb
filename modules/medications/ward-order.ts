import type { ClinicReader, Stored } from '#sdk';
import { isInpatient, isOurs } from './order.ts';

const LIVE: readonly string[] = ['arrived', 'triaged', 'in-progress', 'onleave'];

/**
 * Whether the doses of an order are the clinic's to keep: it is one of its own, or one for a patient who lies here now,
 * wherever it was written.
 */
export async function isGivenHere(order: Stored<'MedicationRequest'>, reader: ClinicReader): Promise<boolean> {
  if (isOurs(order)) return true;
  if (!isInpatient(order)) return false;
  const stay = await reader.resolve(order.encounter, 'Encounter');
  return stay !== undefined && LIVE.includes(stay.status);
}
