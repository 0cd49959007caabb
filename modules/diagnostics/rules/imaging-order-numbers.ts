import { defineRule, type RuleContext } from '#sdk';
import { faults } from '../faults.ts';
import { isImagingOrder, type Order } from '../imaging-order.ts';
import { addedNumbers, imagingNumbers, isReplacing, speaksForSenders, withKeptNumbers } from '../kept-numbers.ts';
import { accessionFor, ACCESSION, isAccession, STUDY_UID, studyUidFor } from '../order-number.ts';

/** What is done already was filed under whatever number; it needs none of ours. */
const OPEN: readonly string[] = ['draft', 'active', 'on-hold'];

/**
 * Every imaging order has an accession number and a Study Instance UID from the moment that it is ordered: the modality takes them
 * from the worklist, the images carry them, and so they are found again. What its sender gave stays, and nothing of both changes later.
 */
export const imagingOrderNumbers = defineRule<'ServiceRequest'>({
  name: 'imaging-order-numbers',
  on: 'ServiceRequest',
  change({ before, after }, context) {
    if (after === undefined) return undefined;
    return withNumbers(withKeptNumbers(before, after, speaksForSenders(context.actor)), context);
  },
  async check({ id, before, after }, context) {
    if (after === undefined) return;
    const added = addedNumbers(before, after);
    const isSender = speaksForSenders(context.actor);
    if (added.some((number) => isReplacing(before, number, isSender))) throw faults.numberKept();
    for (const { system = '', value = '' } of added) {
      await context.lock(`diagnostics|${system}|${value}`);
      const found = await context.search('ServiceRequest', `identifier=${encodeURIComponent(`${system}|${value}`)}`);
      const others = found.filter((each) => each.id !== id && each.status !== 'entered-in-error');
      // Of one patient, a sender may have several orders under one number; ours are of one order each.
      const isTaken = others.some(
        ({ subject }) => system === ACCESSION || subject.reference !== after.subject.reference,
      );
      if (isTaken) throw faults.numberTaken();
    }
  },
});

function withNumbers(order: Order, context: RuleContext): Order {
  if (!OPEN.includes(order.status) || !isImagingOrder(order)) return order;
  const numbers = imagingNumbers(order);
  const made = [
    ...(numbers.some(isAccession) ? [] : [accessionFor(context.newId())]),
    ...(numbers.some(({ system }) => system === STUDY_UID) ? [] : [studyUidFor(context.newId())]),
  ];
  return made.length === 0 ? order : { ...order, identifier: [...(order.identifier ?? []), ...made] };
}
