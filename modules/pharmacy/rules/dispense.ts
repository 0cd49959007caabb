import { defineRule, type ResourceOf, type RuleContext } from '#sdk';
import { isMergeRelink } from '#modules/administration';
import { productIn } from '#modules/supply';
import { lotOf, type DispensedLot } from '../dispensing/dispense-lot.ts';
import { isOut, nextStatuses } from '../dispensing/dispense-status.ts';
import { handedOutBy } from '../dispensing/handed-out-of.ts';
import { matchOf } from '../dispensing/order-match.ts';
import { needsPrescription } from '../dispensing/product-facts.ts';
import { requireCollectable } from '../dispensing/require-collectable.ts';
import { requireBalanced } from '../dispensing/require-balanced.ts';
import { faults } from '../faults.ts';
import { localName } from '../vault/moved.ts';

type Dispense = ResourceOf<'MedicationDispense'>;

/**
 * What is dispensed out of stock is in the ledger, and what needs an order has one: active, of this patient, for this
 * product. What was dispensed elsewhere names no lot of stock and is only a record.
 */
export const dispense = defineRule<'MedicationDispense'>({
  name: 'dispense',
  on: 'MedicationDispense',
  async check(change, context) {
    const { id, before, after } = change;
    if (await isMergeRelink(change, context)) return;
    const out = await handedOutBy(context, `MedicationDispense/${id}`);
    if (after === undefined) {
      if (out.length > 0) throw faults.dispenseKept();
      return;
    }
    const named = await lotOf(after, context);
    if (named === undefined) {
      if (out.length > 0) throw faults.unlikeLedger();
      return;
    }
    if (before !== undefined && isOut(before) && localName(before.subject) !== localName(after.subject)) {
      throw faults.otherPatient();
    }
    if (before !== undefined && before.status !== after.status) {
      const accepted = nextStatuses(before.status);
      if (!accepted.includes(after.status)) throw faults.badStep(before.status, after.status, accepted);
    }
    if (isOut(after) && isNewFor(before, after)) await requireOrder(after, named, context);
    if (after.quantity?.code !== productIn(named.product)?.baseUnit && isOut(after)) throw faults.unlikeLedger();
    if (before !== undefined && isOut(before) && isHandOver(before, after))
      await requireCollectable(after, out, context);
    await requireBalanced(after, context);
  },
});

/** What is out stays judged as it was, unless it becomes a dispense of something else. */
function isNewFor(before: Dispense | undefined, after: Dispense): boolean {
  const key = ({ authorizingPrescription = [], medicationReference }: Dispense): string =>
    [...authorizingPrescription, medicationReference].map(localName).join(' ');
  return before === undefined || !isOut(before) || key(before) !== key(after);
}

function isHandOver(before: Dispense, after: Dispense): boolean {
  return before.status !== 'completed' && after.status === 'completed';
}

async function requireOrder(
  { subject, authorizingPrescription = [], substitution }: Dispense,
  { product }: DispensedLot,
  context: RuleContext,
): Promise<void> {
  const [named, ...others] = authorizingPrescription;
  if (others.length > 0) throw faults.oneOrder();
  const order = await context.resolve(named, 'MedicationRequest');
  if (order === undefined) {
    if (named !== undefined || needsPrescription(product)) throw faults.needsOrder();
    return;
  }
  if (order.status !== 'active') throw faults.orderNotActive(order.status);
  if (localName(order.subject) !== localName(subject)) throw faults.otherPatient();
  const match = await matchOf(order, product, context);
  if (match === 'other') throw faults.wrongProduct();
  if (match === 'forbidden-substitute') throw faults.noSubstitution();
  if ((match === 'substitute') !== (substitution?.wasSubstituted === true)) throw faults.unsaidSubstitution();
}
