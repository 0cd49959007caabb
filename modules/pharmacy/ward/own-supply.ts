import type { ClinicReader, Stored } from '#sdk';
import { handedOutBy, type HandedOut } from '../dispensing/handed-out-of.ts';
import type { StockReader } from '../stock-at.ts';
import { localName } from '../vault/moved.ts';
import { lotOf } from '../dispensing/dispense-lot.ts';
import { doseUnits } from './dose-units.ts';

type Given = Stored<'MedicationAdministration'>;
type Reader = ClinicReader & StockReader;

interface OwnDispense {
  readonly dispense: Stored<'MedicationDispense'>;
  readonly lots: readonly HandedOut[];
}

/** What was dispensed to a patient by name for one order during a stay, and what became of it. */
export interface OwnSupply {
  readonly order: string;
  /** Newest first. */
  readonly dispenses: readonly OwnDispense[];
  /** Base units that were handed out and did not come back. */
  readonly issued: number;
  /** Base units that were given out of it; undefined when a dose cannot be counted in them. */
  readonly given: number | undefined;
}

/** Of each order that something was dispensed for by name, in the order of first dispense. */
export async function ownSupplies(reader: Reader, encounter: string): Promise<readonly OwnSupply[]> {
  const dispenses = await reader.search(
    'MedicationDispense',
    `context=${encounter}&status=completed&_sort=-whenhandedover`,
  );
  const orders = new Set(
    dispenses.map((each) => localName(each.authorizingPrescription?.[0])).filter((name) => name !== ''),
  );
  if (orders.size === 0) return [];
  const administrations = await reader.search('MedicationAdministration', `context=${encounter}&status=completed`);
  const supplies: OwnSupply[] = [];
  for (const order of orders) {
    const own = dispenses.filter((each) => localName(each.authorizingPrescription?.[0]) === order);
    const rows: OwnDispense[] = [];
    for (const dispense of own)
      rows.push({ dispense, lots: await handedOutBy(reader, `MedicationDispense/${dispense.id}`) });
    const issued = rows.flatMap(({ lots }) => lots).reduce((sum, row) => sum + row.issued - row.returned, 0);
    const given = administrations.filter(({ request }) => localName(request) === order);
    supplies.push({ order, dispenses: rows, issued, given: await givenUnits(reader, given) });
  }
  return supplies;
}

/** Doses out of the ward's own stock are in the ledger, and none of the patient's. */
async function givenUnits(reader: Reader, given: readonly Given[]): Promise<number | undefined> {
  let sum = 0;
  for (const each of given) {
    if ((await reader.count('SupplyDelivery', `cause=MedicationAdministration/${each.id}`)) > 0) continue;
    const named = await lotOf(each, reader);
    const units = named && doseUnits(each.dosage?.dose, named.product);
    if (units === undefined) return undefined;
    sum += units;
  }
  return sum;
}
