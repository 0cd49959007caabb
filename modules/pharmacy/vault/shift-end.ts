import type { ClinicReader, ProjectionTables } from '#sdk';
import { faults } from '../faults.ts';
import { stockAt } from '../stock-at.ts';
import { countsAt, differences, firstCountOf, readCounted } from './vault-count.ts';

interface Reader extends Pick<ClinicReader, 'search'> {
  projection(name: string): Promise<ProjectionTables>;
}

/**
 * The last count of a vault that two persons made agrees between them and with the ledger, and nothing was moved since.
 * @throws Fault 409
 */
export async function requireAgreement(vault: string, position: number, reader: Reader): Promise<void> {
  const counts = await countsAt(reader, vault, position);
  const second = counts.find((count) => firstCountOf(count) !== '');
  const first = counts.find(({ id }) => second !== undefined && `Basic/${id}` === firstCountOf(second));
  if (second === undefined || first === undefined) throw faults.notCounted();
  const counted = readCounted(second);
  const ledger = await stockAt(reader, vault);
  const isAgreed = [readCounted(first), ledger].every((other) => differences(counted, other).length === 0);
  if (!isAgreed) throw faults.openDiscrepancy();
}
