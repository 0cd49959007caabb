import { isMergeRelink } from '#modules/administration';
import { compareDecimals, decimalText, defineRule, type ResourceOf, type RuleContext, type Stored } from '#sdk';
import { faults } from '../faults.ts';
import { extensionOf, isInpatient, isOurs, STATUS_SINCE } from '../order.ts';
import { dispensedIn, prescriptionIds, unitOf } from '../projections/dispenses.ts';
import { prescriptionLock, remainingQuantity } from '../remaining-quantity.ts';
import { momentOf } from '../timing/local-time.ts';

type Dispense = ResourceOf<'MedicationDispense'>;

/**
 * No more is dispensed of a prescription than was signed for, whoever dispenses and however many at once. Prescriptions
 * from elsewhere are not bound: nobody here knows what was agreed on.
 */
export const dispenseQuantity = defineRule<'MedicationDispense'>({
  name: 'dispense-quantity',
  on: 'MedicationDispense',
  async check(change, context) {
    const { before, after } = change;
    if (after === undefined || dispensedIn(after).length === 0) return;
    const isNew = before === undefined || dispensedIn(before).length === 0 || isElsewhere(before, after);
    if (!isNew && isSameQuantity(before, after)) return;
    if (await isMergeRelink(change, context)) return;
    const ids = prescriptionIds(after);
    await context.lock(...ids.map(prescriptionLock));
    for (const id of ids) {
      const order = await context.read('MedicationRequest', id);
      if (order !== undefined && isOurs(order)) await checkAgainst(order, after, isNew, context);
    }
  },
});

function isElsewhere(before: Dispense, after: Dispense): boolean {
  return prescriptionIds(before).join() !== prescriptionIds(after).join();
}

function isSameQuantity(before: Dispense, after: Dispense): boolean {
  const [was, is] = [before, after].map(({ quantity }) => decimalText(quantity, 'value') ?? '0');
  return unitOf(before.quantity) === unitOf(after.quantity) && compareDecimals(is ?? '0', was ?? '0') === 0;
}

async function checkAgainst(
  order: Stored<'MedicationRequest'>,
  dispense: Dispense,
  isNew: boolean,
  context: RuleContext,
): Promise<void> {
  if (dispense.subject?.reference !== order.subject.reference) throw faults.otherPatient();
  if (isNew) checkInForce(order, dispense, context);
  const { authorised, dispensed, unit } = await remainingQuantity(context, order);
  // A ward gives by the dose; a pharmacy dispenses what is written.
  if ((authorised === undefined || unit === undefined) && isInpatient(order)) return;
  if (authorised === undefined || unit === undefined) throw faults.nothingAuthorised();
  const quantity = decimalText(dispense.quantity, 'value');
  if (quantity === undefined || compareDecimals(quantity, '0') <= 0) throw faults.quantityMissing();
  if (unitOf(dispense.quantity) !== unit) throw faults.unitMismatch(unit);
  if (compareDecimals(dispensed, authorised) > 0) throw faults.quantityExceeded(authorised, dispensed, unit);
}

/** What was handed over while the order was in force may be recorded later. */
function checkInForce(order: Stored<'MedicationRequest'>, dispense: Dispense, context: RuleContext): void {
  const time = dispense.whenHandedOver ?? dispense.whenPrepared;
  const zone = context.setting('time-zone');
  const at = momentOf(time, zone) ?? context.now();
  const since = extensionOf(order, STATUS_SINCE)?.valueInstant;
  const isOver = since === undefined || time === undefined || at.getTime() >= Date.parse(since);
  const wasNever = order.status === 'draft' || order.status === 'entered-in-error';
  if (order.status !== 'active' && (wasNever || isOver)) throw faults.notDispensable(order.status);
  const end = order.dispenseRequest?.validityPeriod?.end;
  const after = momentOf(end, zone, 'after');
  if (end !== undefined && after !== undefined && at > after) throw faults.prescriptionExpired(end);
}
