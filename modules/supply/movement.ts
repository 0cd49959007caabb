import { decimalText, type ResourceOf } from '#sdk';
import { TRANSIT } from './accounts.ts';
import { MOST } from './base-units.ts';
import { claims, extensionOf, idOf } from './elements.ts';
import { isMovementType, type MovementType } from './movement-type.ts';

type Delivery = ResourceOf<'SupplyDelivery'>;

/** An entry of the ledger, as its SupplyDelivery says it. */
export interface Movement {
  readonly id: string;
  readonly type: MovementType;
  readonly status: 'in-progress' | 'completed' | 'abandoned';
  /** Ids. */
  readonly lot: string;
  readonly origin: string;
  readonly destination: string;
  /** Base units; of a transfer what was sent. */
  readonly quantity: number;
  /** Base units that arrived of a transfer that was on its way. */
  readonly received: number;
  /** When it left; instants as text. */
  readonly at: string;
  /** When it came, of what was on its way. */
  readonly endedAt: string | undefined;
  readonly reverses: string | undefined;
  /** Ids of SupplyRequests. */
  readonly basedOn: readonly string[];
  readonly partOf: string | undefined;
  readonly unitCost: { readonly value: string; readonly currency: string } | undefined;
}

const EXTENSIONS = ['type', 'origin', 'reason', 'cause', 'reverses', 'unit-cost', 'received', 'barcode'];
/** What sums of costs can be made of. */
const COST = /^\d{1,12}(?:\.\d{1,6})?$/;
const STATUSES: readonly (string | undefined)[] = ['in-progress', 'completed', 'abandoned'];

/** Whether a delivery says that it is a movement of stock, well-formed or not. */
export function claimsToBeMovement(delivery: Delivery): boolean {
  return (
    claims(delivery, 'stock-movement') ||
    EXTENSIONS.some((name) => extensionOf(delivery, `movement-${name}`) !== undefined)
  );
}

/** Undefined when the delivery is no movement of stock, or not a well-formed one (which the rules refuse). */
export function movementIn(delivery: (Delivery & { readonly id: string }) | undefined): Movement | undefined {
  if (delivery === undefined || !claims(delivery, 'stock-movement')) return undefined;
  const { id, status, suppliedItem, occurrenceDateTime, occurrencePeriod } = delivery;
  const type = extensionOf(delivery, 'movement-type')?.valueCode;
  const lot = idOf(suppliedItem?.itemReference, 'Medication');
  const origin = idOf(extensionOf(delivery, 'movement-origin')?.valueReference, 'Location');
  const destination = idOf(delivery.destination, 'Location');
  const quantity = suppliedItem?.quantity?.value;
  const at = instantOf(occurrenceDateTime ?? occurrencePeriod?.start);
  if (!isMovementType(type) || !STATUSES.includes(status)) return undefined;
  if (lot === undefined || origin === undefined || destination === undefined || at === undefined) return undefined;
  if (!isAmount(quantity)) return undefined;
  const cost = extensionOf(delivery, 'movement-unit-cost')?.valueMoney;
  const price = decimalText(cost, 'value');
  return {
    id,
    type,
    status: status as Movement['status'],
    lot,
    origin,
    destination,
    quantity,
    received: receivedOf(delivery, quantity),
    at,
    endedAt: instantOf(occurrencePeriod?.end),
    reverses: idOf(extensionOf(delivery, 'movement-reverses')?.valueReference, 'SupplyDelivery'),
    basedOn: idsOf(delivery.basedOn, 'SupplyRequest'),
    partOf: idsOf(delivery.partOf, 'SupplyDelivery')[0],
    unitCost: price === undefined || !COST.test(price) ? undefined : { value: price, currency: cost?.currency ?? '' },
  };
}

/** One side of a movement: base units that come to a place, or leave it (negative). */
export interface Entry {
  readonly location: string;
  readonly lot: string;
  readonly quantity: number;
  readonly at: string;
}

/** What a movement does to balances: as much comes as leaves, at every moment. */
export function entriesOf({
  status,
  lot,
  origin,
  destination,
  quantity,
  received,
  at,
  endedAt,
}: Movement): readonly Entry[] {
  const entry = (location: string, by: number, when: string): Entry => ({ location, lot, quantity: by, at: when });
  if (status === 'completed' && endedAt === undefined) {
    return [entry(origin, -quantity, at), entry(destination, quantity, at)];
  }
  const left = [entry(origin, -quantity, at), entry(TRANSIT, quantity, at)];
  if (endedAt === undefined) return left;
  if (status === 'abandoned') return [...left, entry(TRANSIT, -quantity, endedAt), entry(origin, quantity, endedAt)];
  if (status !== 'completed' || received === 0) return left;
  return [...left, entry(TRANSIT, -received, endedAt), entry(destination, received, endedAt)];
}

/** Whether a number is a quantity of stock: whole base units, not too many to be added up. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST;
}

function receivedOf(delivery: Delivery, sent: number): number {
  return extensionOf(delivery, 'movement-received')?.valueUnsignedInt ?? sent;
}

function idsOf(references: readonly { readonly reference?: string }[] | undefined, type: string): readonly string[] {
  return [...new Set((references ?? []).flatMap((reference) => idOf(reference, type) ?? []))];
}

/** A dateTime with its time; a mere day is its first moment in UTC. */
function instantOf(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
