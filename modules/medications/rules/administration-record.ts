import { isMergeRelink } from '#modules/administration';
import { canonicalText, defineRule } from '#sdk';
import type { Administration } from '../administration.ts';
import { faults } from '../faults.ts';
import { doseKeyOf } from '../projections/doses.ts';
import { momentOf } from '../timing/local-time.ts';
import { isGivenHere } from '../ward-order.ts';

/** Clocks of devices differ. */
const TOLERANCE_MS = 60_000;

/** What may be added to a record later. */
const OPEN: readonly string[] = ['status', 'statusReason', 'note', 'meta', 'text', 'identifier', 'eventHistory', 'id'];
/** While a dose is being given, what it is and for whom is known. */
const FIXED: readonly string[] = [
  'request',
  'subject',
  'medicationReference',
  'medicationCodeableConcept',
  'extension',
];

/** What was recorded stays; records of what is yet to happen are none. */
export const administrationRecord = defineRule<'MedicationAdministration'>({
  name: 'administration-record',
  on: 'MedicationAdministration',
  async check(change, context) {
    const { before, after } = change;
    if (after !== undefined) {
      const { effectiveDateTime, effectivePeriod } = after;
      const latest = context.now().getTime() + TOLERANCE_MS;
      const times = [
        effectiveDateTime ?? effectivePeriod?.start,
        after.status === 'in-progress' ? undefined : effectivePeriod?.end,
      ];
      for (const time of times) {
        const moment = momentOf(time, context.setting('time-zone'));
        if (moment !== undefined && moment.getTime() > latest) throw faults.inFuture();
      }
    }
    if (before === undefined) return;
    const order = await context.resolve(before.request, 'MedicationRequest');
    if (order === undefined) return;
    // The record of a dose stays one when the patient has gone home.
    if (doseKeyOf(before) === undefined && !(await isGivenHere(order, context))) return;
    if (after === undefined) throw faults.administrationKept();
    if (!mayFollow(before, after) && !(await isMergeRelink(change, context))) throw faults.administrationFrozen();
  },
});

function mayFollow(before: Administration, after: Administration): boolean {
  const isOver = before.status !== 'in-progress' && before.status !== 'on-hold';
  const isSameStatus = before.status === after.status;
  if (before.status === 'entered-in-error' && !isSameStatus) return false;
  if (isOver && !isSameStatus && after.status !== 'entered-in-error') return false;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].every((name) => {
    if (OPEN.includes(name) || (!isOver && !FIXED.includes(name))) return true;
    const [was, is] = [before, after].map((each) => each[name as keyof Administration]);
    return canonicalText(was) === canonicalText(is);
  });
}
