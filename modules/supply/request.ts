import type { ResourceOf } from '#sdk';
import { codeOf, extensionOf, idOf } from './elements.ts';
import { isAmount } from './movement.ts';
import { codeSystem } from './names.ts';

type SupplyRequest = ResourceOf<'SupplyRequest'>;

export type RequestCategory = 'reservation' | 'purchase';

/** A SupplyRequest that changes what is free or on order. */
export interface StockRequest {
  readonly id: string;
  readonly category: RequestCategory;
  readonly status: string;
  /** Ids. Of a reservation the lot and where it is; of an order the product and where it goes. */
  readonly lot: string | undefined;
  readonly product: string | undefined;
  readonly location: string;
  /** Base units. */
  readonly quantity: number;
  readonly supplier: string | undefined;
  /** Instants. */
  readonly authoredOn: string | undefined;
  readonly expiresAt: string | undefined;
}

export function categoryOf(request: SupplyRequest): RequestCategory | undefined {
  const code = codeOf(request.category, codeSystem('supply-category'));
  return code === 'reservation' || code === 'purchase' ? code : undefined;
}

/** Undefined when it is no reservation and no line of an order, or not a well-formed one (which the rules refuse). */
export function requestIn(request: (SupplyRequest & { readonly id: string }) | undefined): StockRequest | undefined {
  if (request === undefined) return undefined;
  const category = categoryOf(request);
  const quantity = request.quantity.value;
  if (category === undefined || !isAmount(quantity)) return undefined;
  const isReservation = category === 'reservation';
  const lot = isReservation ? idOf(request.itemReference, 'Medication') : undefined;
  const product = isReservation
    ? undefined
    : idOf(extensionOf(request, 'request-product')?.valueReference, 'MedicationKnowledge');
  const location = idOf(isReservation ? request.deliverFrom : request.deliverTo, 'Location');
  if (location === undefined || (lot ?? product) === undefined) return undefined;
  return {
    id: request.id,
    category,
    status: request.status ?? 'unknown',
    lot,
    product,
    location,
    quantity,
    supplier: idOf(request.supplier?.[0], 'Organization'),
    authoredOn: instantOf(request.authoredOn),
    expiresAt: instantOf(extensionOf(request, 'reservation-expires')?.valueDateTime),
  };
}

/** Whether base units are kept by the request now. */
export function isReserving({ category, status }: StockRequest): boolean {
  return category === 'reservation' && status === 'active';
}

function instantOf(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
