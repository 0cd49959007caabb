import type { ClinicReader, ResourceOf } from '#sdk';
import { faults } from '../faults.ts';
import { extensionUrl } from '../names.ts';
import type { StockReader } from '../stock-at.ts';
import { localName } from '../vault/moved.ts';
import { isOut } from './dispense-status.ts';
import { handedOutBy, sumOf } from './handed-out-of.ts';

type Dispense = ResourceOf<'MedicationDispense'> & { readonly id: string };

/**
 * A dispense out of stock and the ledger say the same: what was handed out is its quantity, what came back is its
 * returned-quantity, and nothing is out of what was cancelled.
 * @throws Fault 422
 */
export async function requireBalanced(dispense: Dispense, reader: ClinicReader & StockReader): Promise<void> {
  const rows = await handedOutBy(reader, `MedicationDispense/${dispense.id}`);
  const [issued, returned] = [sumOf(rows, 'issued'), sumOf(rows, 'returned')];
  if (!isOut(dispense)) {
    if (issued !== returned) throw faults.stillOut();
    return;
  }
  if (issued !== (dispense.quantity?.value ?? 0)) throw faults.unlikeLedger();
  if (!rows.some(({ lot }) => lot === localName(dispense.medicationReference))) throw faults.unlikeLedger();
  if (returned !== returnedQuantityOf(dispense)) throw faults.unlikeReturned();
}

/** Base units of a dispense that came back, as it says itself. */
function returnedQuantityOf({ extension = [] }: ResourceOf<'MedicationDispense'>): number {
  const url = extensionUrl('returned-quantity');
  return extension.find((each) => each.url === url)?.valueInteger ?? 0;
}
