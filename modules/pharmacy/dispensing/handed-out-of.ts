import type { StockReader } from '../stock-at.ts';

/** What a patient got of a lot by a dispense or a dose, in base units. */
export interface HandedOut {
  /** `Medication/1` */
  readonly lot: string;
  readonly issued: number;
  /** What came back, or was never collected. */
  readonly returned: number;
}

/**
 * What the ledger says of a dispense or a dose.
 * @param cause `MedicationDispense/1`, `MedicationAdministration/1`
 * @returns by lot, in the order of their references
 */
export async function handedOutBy(reader: StockReader, cause: string): Promise<readonly HandedOut[]> {
  const tables = await reader.projection('pharmacy.handed-out');
  const rows = await tables.query<{ readonly lot: string; readonly issued: string; readonly returned: string }>(
    'select lot, issued::text, returned::text from @handed_out where tenant = $1 and cause = $2 order by lot',
    [tables.tenant, cause],
  );
  return rows.map(({ lot, issued, returned }) => ({ lot, issued: Number(issued), returned: Number(returned) }));
}

export function sumOf(rows: readonly HandedOut[], name: 'issued' | 'returned'): number {
  return rows.reduce((sum, row) => sum + row[name], 0);
}
