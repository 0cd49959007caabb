import {
  addDecimals,
  compareDecimals,
  decimalText,
  multiplyDecimals,
  subtractDecimals,
  type ModuleContext,
  type ProjectionTables,
  type ResourceOf,
} from '#sdk';
import { unitOf } from './projections/dispenses.ts';

/** How much of a prescription there is; decimals, in its unit. */
export interface RemainingQuantity {
  /** With all repeats; undefined when the prescription does not say. */
  readonly authorised: string | undefined;
  readonly dispensed: string;
  /** Never less than 0; undefined when nothing says how much is authorised. */
  readonly remaining: string | undefined;
  readonly unit: string | undefined;
}

type WithProjections = Pick<ModuleContext, 'tenant'> & { projection(name: string): Promise<ProjectionTables> };

/** Quantity × (1 + repeats), and an initial fill that is counted apart. https://hl7.org/fhir/R4/medicationrequest.html */
export function authorisedQuantity({ dispenseRequest }: ResourceOf<'MedicationRequest'>): string | undefined {
  const each = decimalText(dispenseRequest?.quantity, 'value');
  if (each === undefined) return undefined;
  const whole = multiplyDecimals(each, String(1 + (dispenseRequest?.numberOfRepeatsAllowed ?? 0)));
  const first = decimalText(dispenseRequest?.initialFill?.quantity, 'value');
  return first === undefined ? whole : addDecimals(whole, first);
}

/**
 * What may still be dispensed of a prescription. In a transaction, as it sees it: take the lock of
 * {@link prescriptionLock} first to be sure that nobody else dispenses meanwhile.
 * @param order with its id
 */
export async function remainingQuantity(
  context: WithProjections,
  order: ResourceOf<'MedicationRequest'> & { readonly id: string },
): Promise<RemainingQuantity> {
  const tables = await context.projection('medications.dispenses');
  const [row] = await tables.query<{ dispensed: string }>(
    'select coalesce(sum(quantity), 0)::text as dispensed from @dispense where tenant = $1 and request = $2',
    [tables.tenant, order.id],
  );
  const dispensed = row?.dispensed ?? '0';
  const authorised = authorisedQuantity(order);
  const left = authorised === undefined ? undefined : subtractDecimals(authorised, dispensed);
  const remaining = left !== undefined && compareDecimals(left, '0') < 0 ? '0' : left;
  const quantity = order.dispenseRequest?.quantity;
  return { authorised, dispensed, remaining, unit: quantity === undefined ? undefined : unitOf(quantity) };
}

/** Name of the lock under which a prescription is dispensed. */
export function prescriptionLock(id: string): string {
  return `prescription|${id}`;
}
