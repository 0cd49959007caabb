import type { ResourceOf } from '#sdk';

/** An order of medication: a prescription, or one for a ward. */
export type Order = ResourceOf<'MedicationRequest'>;
export type Dosage = NonNullable<Order['dosageInstruction']>[number];
export type Timing = NonNullable<Dosage['timing']>;

export const CANONICAL = 'https://athanor.health/fhir';
export const PRESCRIPTION = `${CANONICAL}/StructureDefinition/prescription-outpatient`;
export const INPATIENT_ORDER = `${CANONICAL}/StructureDefinition/inpatient-order`;
export const STATUS_SINCE = `${CANONICAL}/StructureDefinition/order-status-since`;
export const REMAINING = `${CANONICAL}/StructureDefinition/remaining-quantity`;

/** Elements that hold extensions, as far as they matter here. */
interface Extended {
  readonly extension?: Order['extension'];
}

export function extensionOf(
  { extension = [] }: Extended,
  url: string,
): NonNullable<Order['extension']>[number] | undefined {
  return extension.find((each) => each.url === url);
}

function claims({ meta }: Order, profile: string): boolean {
  return meta?.profile?.some((each) => each === profile || each.startsWith(`${profile}|`)) ?? false;
}

/**
 * Whether the clinic answers for the order: it claims one of the profiles here, or came into force here. What was ordered
 * and given elsewhere is stored as it was.
 */
export function isOurs(order: Order): boolean {
  return (
    claims(order, PRESCRIPTION) || claims(order, INPATIENT_ORDER) || extensionOf(order, STATUS_SINCE) !== undefined
  );
}

/** For a bed: it is given by the ward, dose by dose. */
export function isInpatient(order: Order): boolean {
  return (
    claims(order, INPATIENT_ORDER) ||
    (order.category?.some(({ coding = [] }) => coding.some(({ code }) => code === 'inpatient')) ?? false)
  );
}
