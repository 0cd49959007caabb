import { isMergeRelink } from '#modules/administration';
import { defineRule, type Change, type RuleContext } from '#sdk';
import { accountsOf, isOf } from '../charge/account.ts';
import { dosesOf, FIXED, isLive, isPriced, mayBecome, type Charge } from '../charge/charge.ts';
import type { Dose } from '../charge/dose.ts';
import { pricedCharge } from '../charge/priced-charge.ts';
import { faults } from '../faults.ts';
import { changedAmong, isSame, withDigitsOf } from '../same.ts';

type ChargeChange = Change<'ChargeItem'>;

/**
 * What is charged for a dose is for a dose that was given, once, to its patient, on an account of their stay, at the price of the
 * definitions in force; and stays so. Charges of anything else are priced where they claim the profile.
 */
export const charge = defineRule<'ChargeItem'>({
  name: 'charge',
  on: 'ChargeItem',
  async change({ before, after }, context) {
    if (after === undefined) return undefined;
    if (before !== undefined && isPriced(before)) return withDigitsOf(before, after, FIXED);
    const [dose, ...others] = await localDoses(after, context);
    const isOfDose = dose !== undefined && isLive(after) && (isNews(before, after) || !isLive(before));
    if (!isPriced(after) && !isOfDose) return undefined;
    if (others.length > 0) throw faults.oneDose();
    // What was not given is refused for that, whether or not it has a price.
    if (isLive(after) && dose !== undefined && dose.status !== 'completed') throw faults.notGiven();
    return pricedCharge(after, dose, context);
  },
  async check(change, context) {
    const { before, after } = change;
    if (after === undefined) {
      if (isPriced(before)) throw faults.chargeKept();
      return undefined;
    }
    if (before !== undefined && isPriced(before)) {
      if (!mayBecome(before.status, after.status)) throw faults.chargeStep(before.status, after.status);
      const changed = [...changedAmong(before, after, FIXED), ...(isPriced(after) ? [] : ['meta.profile'])];
      if (changed.length > 0 && !(await isMergeRelink(change, context))) throw faults.chargeFrozen(changed);
    }
    if (isPriced(after) && isLive(after) && (isNews(before, after) || !isLive(before) || !isPriced(before)))
      await checkDose(change, after, context);
    return undefined;
  },
});

/** Whether something else is charged than before. */
function isNews(before: ChargeChange['before'], after: Charge): boolean {
  return before === undefined || !isSame(before.service, after.service);
}

async function localDoses({ service = [] }: Charge, context: RuleContext): Promise<readonly Dose[]> {
  const found: Dose[] = [];
  for (const reference of service) {
    const dose = await context.resolve(reference, 'MedicationAdministration');
    if (dose !== undefined && !found.some(({ id }) => id === dose.id)) found.push(dose);
  }
  return found;
}

async function checkDose(change: ChargeChange, after: Charge, context: RuleContext): Promise<void> {
  if (dosesOf(after).length === 0) return;
  const [dose] = await localDoses(after, context);
  if (dose?.status !== 'completed') throw faults.notGiven();
  const patient = await context.resolve(dose.subject, 'Patient');
  const charged = await context.resolve(after.subject, 'Patient');
  if (charged === undefined || charged.id !== patient?.id) throw faults.otherPatient();
  const stay = await context.resolve(dose.context, 'Encounter');
  const named = await context.resolve(after.context, 'Encounter');
  if (named?.id !== stay?.id) throw faults.otherPatient();
  const [account, ...others] = after.account ?? [];
  const found = await context.resolve(account, 'Account');
  if (found === undefined || others.length > 0) throw faults.wrongAccount();
  const isOfStay = (await accountsOf(stay, context)).some(({ id }) => id === found.id);
  if (!isOfStay || !(await isOf(found, charged.id, context))) throw faults.wrongAccount();
  // Accounts are judged when something is charged to them: the one of what was charged may be closed afterwards.
  if (found.status !== 'active' && !isPriced(change.before)) throw faults.wrongAccount();
}
