import { type ResourceOf } from '#sdk';
import { sideOf } from './accounts.ts';
import { extensionOf } from './elements.ts';
import { faults } from './faults.ts';
import { movementIn, type Movement } from './movement.ts';
import { sidesOf } from './movement-type.ts';

type Delivery = ResourceOf<'SupplyDelivery'> & { readonly id: string };

/** Clocks of clients differ a little from ours. */
const TOLERANCE = 10_000;

/** Of a movement that was on its way, what may be said when it ends. */
const CHANGING = ['status', 'occurrencePeriod', 'receiver', 'meta', 'extension', 'text'];

/** What a new movement must be, as far as it shows itself. @throws Fault 422 */
export function checkForm(delivery: Delivery, now: Date): void {
  checkMoments(delivery, now);
  const movement = movementIn(delivery);
  if (movement === undefined) throw malformed(delivery);
  const { type, status, origin, destination, endedAt } = movement;
  if (status === 'abandoned') throw faults.startsSo();
  if (type !== 'transfer' && (status !== 'completed' || delivery.occurrencePeriod !== undefined))
    throw faults.onlyTransfersTravel();
  if (status === 'in-progress' && endedAt !== undefined) throw faults.badOccurrence();
  if (status === 'completed' && delivery.occurrencePeriod !== undefined) throw faults.startsSo();
  if (extensionOf(delivery, 'movement-received') !== undefined) throw faults.badReceived();
  if (origin === destination) throw faults.samePlace();
  checkSides(movement);
  const isCosted = extensionOf(delivery, 'movement-unit-cost') !== undefined;
  if (isCosted && type !== 'receipt') throw faults.costOnReceipt();
  if (isCosted && movement.unitCost === undefined) throw faults.badCost();
  const needsReason = type === 'reversal' || sidesOf(type)?.needsReason === true;
  if (needsReason && extensionOf(delivery, 'movement-reason') === undefined) throw faults.needsReason(type);
  if ((type === 'reversal') !== (movement.reverses !== undefined)) throw faults.badReversal();
}

/** A later version of a movement: only what was on its way ends. @throws Fault 422 */
export function checkStep(before: Delivery, after: Delivery, was: Movement, now: Date): void {
  const is = movementIn(after);
  if (is === undefined || was.status !== 'in-progress') {
    if (content(before) !== content(after) || is === undefined) throw faults.frozen();
    return;
  }
  if (rest(before) !== rest(after) || was.at !== is.at) throw faults.frozen();
  if (is.status === 'in-progress') {
    if (is.endedAt !== undefined) throw faults.badOccurrence();
    if (extensionOf(after, 'movement-received') !== undefined) throw faults.badReceived();
    return;
  }
  checkMoments(after, now);
  if (is.endedAt === undefined || is.endedAt < is.at) throw faults.badOccurrence();
  const received = extensionOf(after, 'movement-received')?.valueUnsignedInt;
  if (received !== undefined && (received > is.quantity || is.status === 'abandoned')) throw faults.badReceived();
}

function checkMoments({ occurrenceDateTime, occurrencePeriod }: Delivery, now: Date): void {
  for (const moment of [occurrenceDateTime, occurrencePeriod?.start, occurrencePeriod?.end]) {
    if (moment !== undefined && Date.parse(moment) > now.getTime() + TOLERANCE) throw faults.futureDated();
  }
}

function checkSides({ type, origin, destination }: Movement): void {
  const sides = sidesOf(type);
  if (sides === undefined) return;
  if (sides.from.includes(sideOf(origin)) && sides.to === sideOf(destination)) return;
  throw faults.badSides(type, `from ${sides.from.join(' or ')} to ${sides.to}`);
}

/** Says what makes it unreadable; profiles have told the rest already. */
function malformed({ suppliedItem, occurrenceTiming, status, destination }: Delivery): Error {
  if (status !== 'completed' && status !== 'in-progress') return faults.startsSo();
  if (occurrenceTiming !== undefined) return faults.badOccurrence();
  if (destination === undefined) return faults.unknownPlace();
  if (suppliedItem?.itemReference === undefined) return faults.unknownLot();
  const value = suppliedItem.quantity?.value;
  return value === undefined || !Number.isInteger(value) || value < 1 ? faults.badQuantity() : faults.notAMovement();
}

/** All but what the server keeps and what labels say. */
function content({ meta: _meta, text: _text, ...resource }: Delivery): string {
  return JSON.stringify(sorted(resource));
}

function rest(delivery: Delivery): string {
  const kept = Object.entries(delivery).filter(([name]) => !CHANGING.includes(name));
  const extension = (delivery.extension ?? []).filter(({ url }) => !url.endsWith('/movement-received'));
  return JSON.stringify(sorted({ ...Object.fromEntries(kept), extension }));
}

/** The same content in another order of properties is the same. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}
