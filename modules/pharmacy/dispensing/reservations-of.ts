import type { ClinicReader } from '#sdk';
import { identifierSystem } from '../names.ts';

/** Identifier of the reservations of an order. */
export function allocationIdentifier(order: string): { readonly system: string; readonly value: string } {
  return { system: identifierSystem('stock-allocation'), value: order };
}

/**
 * Stock that is kept for an order.
 * @param order `MedicationRequest/1`
 * @returns ids of SupplyRequests
 */
export async function reservationsOf(reader: Pick<ClinicReader, 'search'>, order: string): Promise<readonly string[]> {
  const { system, value } = allocationIdentifier(order);
  const found = await reader.search(
    'SupplyRequest',
    `identifier=${encodeURIComponent(`${system}|${value}`)}&status=active`,
  );
  return found.map(({ id }) => id);
}
