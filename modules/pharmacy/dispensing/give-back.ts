import type { ClinicReader, ClinicTransaction, Stored } from '#sdk';
import { post, type NewMovement } from '#modules/supply';
import { faults } from '../faults.ts';
import { extensionUrl } from '../names.ts';
import { localName } from '../vault/moved.ts';
import { withExtensions } from '../vault/pharmacy-record.ts';
import { handedOutBy, sumOf, type HandedOut } from './handed-out-of.ts';

/** In which state something comes back. */
export type Condition = 'unopened' | 'opened' | 'damaged';

interface Returning {
  readonly dispense: Stored<'MedicationDispense'>;
  /** Base units. */
  readonly quantity: number;
  /** `Medication/1`: only of this lot. */
  readonly lot: string | undefined;
  readonly condition: Condition;
  /** Id of a Location of kind quarantine. */
  readonly quarantine: string;
}

/**
 * What a patient brings back goes into quarantine: nobody knows how it was kept. What was opened or is damaged is destroyed
 * from there. The dispense stays what happened, and says how much came back.
 * @returns the dispense and the movements
 * @throws Fault 422 when more comes back than was dispensed
 */
export async function giveBack(
  clinic: ClinicTransaction,
  { dispense, quantity, lot, condition, quarantine }: Returning,
): Promise<readonly [Stored<'MedicationDispense'>, ...Stored<'SupplyDelivery'>[]]> {
  const name = `MedicationDispense/${dispense.id}`;
  await clinic.lock(`dispense|${dispense.id}`);
  const rows = await handedOutBy(clinic, name);
  const patient = localName(dispense.subject);
  const movements = sharesOf(rows, quantity, lot).flatMap((share): readonly NewMovement[] => {
    const moved = { lot: share.lot.replace('Medication/', ''), quantity: share.quantity };
    const back = { ...moved, type: 'patient-return', destination: quarantine, cause: name } as const;
    const returned = patient.startsWith('Patient/') ? { ...back, patient } : back;
    if (condition === 'unopened') return [returned];
    const reason = condition === 'opened' ? 'PARTIAL_DOSE' : 'DAMAGED';
    return [returned, { ...moved, type: 'destruction', origin: quarantine, reason }];
  });
  const posted = await post(clinic, movements);
  const total = sumOf(rows, 'returned') + quantity;
  const said = { url: extensionUrl('returned-quantity'), valueInteger: total };
  const changed = await clinic.change('MedicationDispense', dispense.id, (before) => withExtensions(before, [said]));
  return [changed, ...posted];
}

/** Which lots come back: of several, what was issued last of them first. */
function sharesOf(
  rows: readonly HandedOut[],
  quantity: number,
  lot: string | undefined,
): readonly { readonly lot: string; readonly quantity: number }[] {
  const shares: { readonly lot: string; readonly quantity: number }[] = [];
  let left = quantity;
  for (const row of rows.filter((each) => lot === undefined || each.lot === lot).reverse()) {
    const share = Math.min(left, row.issued - row.returned);
    if (share > 0) shares.push({ lot: row.lot, quantity: share });
    left -= share;
  }
  if (left > 0) throw faults.moreThanDispensed();
  return shares;
}

/**
 * Where what comes back waits for a decision.
 * @param named a Location that the caller chose
 * @returns its id
 */
export async function quarantineOf(
  reader: ClinicReader,
  named: { readonly reference?: string } | undefined,
): Promise<string> {
  const found =
    named === undefined
      ? await reader.search('Location', 'stock-kind=quarantine&status=active&_sort=name')
      : [await reader.resolve(named, 'Location')];
  const place = found.find((each) => each !== undefined && isQuarantine(each));
  if (place === undefined) throw faults.noQuarantine();
  return place.id;
}

export function isQuarantine({ extension = [] }: Pick<Stored<'Location'>, 'extension'>): boolean {
  const url = extensionUrl('stock-kind');
  return extension.some((each) => each.url === url && each.valueCode === 'quarantine');
}
