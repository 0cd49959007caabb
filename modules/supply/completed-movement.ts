import type { ResourceOf } from '#sdk';
import { extensionOf, idOf, withProfile, type Extension } from './elements.ts';
import { defaultSides, isMovementType } from './movement-type.ts';
import { structure } from './names.ts';
import type { StockReader } from './stock-tables.ts';
import { countedQuantity, productOfLot } from './units.ts';

type Delivery = ResourceOf<'SupplyDelivery'>;

/**
 * A new movement with what follows from the rest: profile, account, moment, quantity in base units.
 * @throws Fault 422 for a quantity that is no whole number of base units
 */
export async function completedMovement<R extends Delivery>(
  given: R,
  context: StockReader & { now(): Date },
): Promise<R> {
  const delivery = withMoment(withSides(withProfile(given, 'stock-movement')), context.now());
  const type = delivery.type ?? {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/supply-item-type', code: 'medication' }],
  };
  return { ...delivery, type, ...(await quantityInBaseUnits(delivery, context)) };
}

function withSides<R extends Delivery>(delivery: R): R {
  const type = extensionOf(delivery, 'movement-type')?.valueCode;
  if (!isMovementType(type)) return delivery;
  const { origin, destination } = defaultSides(type);
  const made: Extension[] =
    origin === undefined || extensionOf(delivery, 'movement-origin') !== undefined
      ? []
      : [{ url: structure('movement-origin'), valueReference: { reference: `Location/${origin}` } }];
  return {
    ...delivery,
    extension: [...(delivery.extension ?? []), ...made],
    ...(destination === undefined || delivery.destination !== undefined
      ? {}
      : { destination: { reference: `Location/${destination}` } }),
  };
}

function withMoment<R extends Delivery>(delivery: R, now: Date): R {
  if (delivery.occurrenceDateTime !== undefined || delivery.occurrencePeriod !== undefined) return delivery;
  if (delivery.status === 'in-progress') return { ...delivery, occurrencePeriod: { start: now.toISOString() } };
  return { ...delivery, occurrenceDateTime: now.toISOString() };
}

/** Of a lot that the same Bundle makes nothing is known yet; {@link checkInLedger} looks again. */
async function quantityInBaseUnits(
  { suppliedItem }: Delivery,
  context: StockReader,
): Promise<Pick<Delivery, 'suppliedItem'>> {
  if (suppliedItem?.quantity === undefined) return {};
  const lot = idOf(suppliedItem.itemReference, 'Medication');
  const product = lot === undefined ? undefined : await productOfLot(lot, context);
  return { suppliedItem: { ...suppliedItem, quantity: countedQuantity(suppliedItem.quantity, product) } };
}
