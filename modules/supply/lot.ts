import type { ResourceOf } from '#sdk';
import { claims, extensionOf, idOf } from './elements.ts';
import { addDays, lastDay } from './local-day.ts';

export type LotStatus = 'active' | 'quarantined' | 'recalled' | 'damaged';

/** A batch of a product, as the ledger knows it. */
export interface Lot {
  /** Of the Medication. */
  readonly id: string;
  /** Id of the MedicationKnowledge. */
  readonly product: string;
  readonly lotNumber: string;
  readonly manufacturer: string;
  /** Last day of use, `YYYY-MM-DD`; null: does not expire. */
  readonly expiresOn: string | null;
  readonly status: LotStatus;
}

/** Whether a Medication says that it is a lot, well-formed or not. */
export function claimsToBeLot(medication: ResourceOf<'Medication'>): boolean {
  return (
    claims(medication, 'stock-lot') ||
    extensionOf(medication, 'lot-product') !== undefined ||
    extensionOf(medication, 'lot-status') !== undefined
  );
}

/** Undefined when the Medication is no lot of stock. */
export function lotIn(medication: (ResourceOf<'Medication'> & { readonly id: string }) | undefined): Lot | undefined {
  if (medication === undefined || !claims(medication, 'stock-lot')) return undefined;
  const product = idOf(extensionOf(medication, 'lot-product')?.valueReference, 'MedicationKnowledge');
  const status = extensionOf(medication, 'lot-status')?.valueCode as LotStatus | undefined;
  const { lotNumber, expirationDate } = medication.batch ?? {};
  if (product === undefined || status === undefined || lotNumber === undefined) return undefined;
  if (lotNumber.length > 20 || (expirationDate !== undefined && !isDay(expirationDate))) return undefined;
  const manufacturer = makerOf(medication.manufacturer);
  const expiresOn = expirationDate === undefined ? null : lastDay(expirationDate);
  return { id: medication.id, product, lotNumber, manufacturer, expiresOn, status };
}

/** The calendar has it. */
function isDay(date: string): boolean {
  return addDays(lastDay(date), 0) === lastDay(date);
}

/** Long names would not fit into an index. */
const LONGEST = 200;

function makerOf(manufacturer: ResourceOf<'Medication'>['manufacturer']): string {
  const id = idOf(manufacturer, 'Organization');
  if (id !== undefined) return id;
  const { system = '', value } = manufacturer?.identifier ?? {};
  const name = value === undefined ? `"${(manufacturer?.display ?? '').trim().toLowerCase()}"` : `${system}|${value}`;
  return name.slice(0, LONGEST);
}
