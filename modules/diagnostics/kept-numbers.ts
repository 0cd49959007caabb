import type { Actor } from '#sdk';
import type { Order } from './imaging-order.ts';
import { ACCESSION, isAccession, isImagingNumber, STUDY_UID } from './order-number.ts';

type Identifier = NonNullable<Order['identifier']>[number];

/** Whether the actor may say what the sender of an order says: the gateway, an import, the server. */
export function speaksForSenders({ kind, roles }: Actor): boolean {
  return kind === 'server' || roles.includes('gateway');
}

/** The numbers by which images are filed. */
export function imagingNumbers({ identifier = [] }: Order): readonly Identifier[] {
  return identifier.filter(isImagingNumber);
}

function isSame(one: Identifier, other: Identifier): boolean {
  return one.system === other.system && one.value === other.value;
}

/**
 * The order with the numbers that it had: those of this clinic always; those of a sender, unless it is the sender who leaves them out.
 */
export function withKeptNumbers(before: Order | undefined, after: Order, isSender: boolean): Order {
  if (before === undefined) return after;
  const lost = imagingNumbers(before).filter(
    (number) =>
      (!isSender || number.system === ACCESSION) && !imagingNumbers(after).some((each) => isSame(each, number)),
  );
  return lost.length === 0 ? after : { ...after, identifier: [...(after.identifier ?? []), ...lost] };
}

/** Numbers of `after` that are new in it. */
export function addedNumbers(before: Order | undefined, after: Order): readonly Identifier[] {
  const had = before === undefined ? [] : imagingNumbers(before);
  return imagingNumbers(after).filter((number) => !had.some((each) => isSame(each, number)));
}

/** Whether a number is given to an order that has one of the kind. An accession of this clinic is never followed by another one of its own. */
export function isReplacing(before: Order | undefined, number: Identifier, isSender: boolean): boolean {
  const had = before === undefined ? [] : imagingNumbers(before);
  if (isSender) return number.system === ACCESSION && had.some(({ system }) => system === ACCESSION);
  return number.system === STUDY_UID ? had.some(({ system }) => system === STUDY_UID) : had.some(isAccession);
}
