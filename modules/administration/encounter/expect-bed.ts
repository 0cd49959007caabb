import type { ClinicReader, Input } from '#sdk';
import { faults } from '../faults.ts';
import { isBed } from './bed.ts';

/** What $admit and $transfer ask for. */
export const BED = {
  bed: { type: 'Reference', min: 1, text: 'The bed: a Location of physical type bd.' },
} as const;

/** @throws Fault 422 when it is no bed that the caller may see */
export async function expectBed(
  reader: ClinicReader,
  { bed }: Input<typeof BED>,
): Promise<{ readonly reference: string }> {
  const location = await reader.resolve(bed, 'Location');
  if (location === undefined || !isBed(location)) throw faults.notABed();
  return { reference: `Location/${location.id}` };
}
