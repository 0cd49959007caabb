import { defineRule, type RuleContext, type Stored } from '#sdk';
import { givenAt, isGiven, timeOf, type Administration } from '../administration.ts';
import { faults } from '../faults.ts';
import { extensionOf, isInpatient, STATUS_SINCE } from '../order.ts';
import { doseKeyOf } from '../projections/doses.ts';
import { dueDoses, isAsNeeded, leastInterval } from '../timing/due-doses.ts';
import { isGivenHere } from '../ward-order.ts';
import { wardOfOrder } from '../ward.ts';

type Order = Stored<'MedicationRequest'>;
type Given = Administration & { readonly id: string };

const MINUTE = 60_000;

/**
 * What is given of an order is given to its patient, while it is in force, and is one of the doses that it asks for. That
 * each dose is given once is kept by the projection of doses.
 */
export const doseGiven = defineRule<'MedicationAdministration'>({
  name: 'dose-given',
  on: 'MedicationAdministration',
  async check({ before, after }, context) {
    if (after === undefined || after.status === 'entered-in-error') return;
    // Records of an order change only as rules/administration-record.ts lets them.
    if (before !== undefined && before.request?.reference === after.request?.reference) return;
    const order = await context.resolve(after.request, 'MedicationRequest');
    if (order === undefined || !(await isGivenHere(order, context))) return;
    if (after.subject.reference !== order.subject.reference) throw faults.otherPatient();
    const at = givenAt(after, context);
    if (at === undefined || !(timeOf(after)?.includes('T') ?? false)) throw faults.timeNeeded();
    checkInForce(order, at);
    if (after.status === 'not-done' && (after.statusReason ?? []).length === 0) throw faults.reasonNeeded();
    if (isInpatient(order)) await checkDose(order, after, at, context);
  },
});

/** A dose that was given before an order ended may be recorded afterwards. */
function checkInForce(order: Order, at: Date): void {
  if (order.status === 'active') return;
  const since = extensionOf(order, STATUS_SINCE)?.valueInstant;
  const wasNever = order.status === 'draft' || order.status === 'entered-in-error' || order.status === 'cancelled';
  if (wasNever || since === undefined || at.getTime() >= Date.parse(since)) throw faults.orderNotInForce(order.status);
}

async function checkDose(order: Order, after: Given, at: Date, context: RuleContext): Promise<void> {
  const due = doseKeyOf(after)?.due;
  const dosages = order.dosageInstruction ?? [];
  if (due === undefined) {
    if (dosages.some(isAsNeeded)) {
      if (isGiven(after)) await checkInterval(order, after, at, context);
      return;
    }
    // An infusion, or an order whose timing nobody can read: it has no doses to choose among.
    const window = { from: at, to: new Date(at.getTime() + MINUTE) };
    const { unscheduled } = dueDoses(order, window, await wardOfOrder(order, context));
    if (unscheduled.length < dosages.length || dosages.length === 0) throw faults.doseTimeNeeded();
    return;
  }
  const { doses } = dueDoses(order, { from: due, to: new Date(due.getTime() + 1) }, await wardOfOrder(order, context));
  if (doses.length === 0) throw faults.noSuchDose();
  const early = Number(context.setting('early-minutes'));
  if (at.getTime() < due.getTime() - early * MINUTE) throw faults.tooEarly(early);
}

/** Between two doses as needed the time passes that the order asks for; the same dose is not recorded twice. */
async function checkInterval(order: Order, after: Given, at: Date, context: RuleContext): Promise<void> {
  await context.lock(`as-needed|${order.id}`);
  const interval = leastInterval(order) ?? 0;
  const around = Math.max(interval, MINUTE);
  const [from, to] = [at.getTime() - around, at.getTime() + around].map((time) => new Date(time).toISOString());
  const near = await context.search(
    'MedicationAdministration',
    `request=MedicationRequest/${order.id}&effective-time=ge${from ?? ''}&effective-time=le${to ?? ''}`,
  );
  for (const other of near) {
    const time = givenAt(other, context)?.getTime();
    if (other.id === after.id || !isGiven(other) || doseKeyOf(other) !== undefined || time === undefined) continue;
    const distance = Math.abs(at.getTime() - time);
    if (distance === 0 || distance < interval) throw faults.tooSoon(new Date(time + interval).toISOString());
  }
}
