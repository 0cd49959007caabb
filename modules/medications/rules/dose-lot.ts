import { lotIn, localDay } from '#modules/supply';
import { defineRule, type RuleContext } from '#sdk';
import { givenAt, isGiven, type Administration } from '../administration.ts';
import { faults } from '../faults.ts';
import { isNamedAsOrdered, isOrderedDrug } from '../ordered-drug.ts';
import { isGivenHere } from '../ward-order.ts';
import { wardOf } from '../ward.ts';

/** Nobody is given what is expired, recalled, quarantined or damaged, or another medicine than the one that is ordered. */
export const doseLot = defineRule<'MedicationAdministration'>({
  name: 'dose-lot',
  on: 'MedicationAdministration',
  async check({ before, after }, context) {
    if (after === undefined || !isGiven(after)) return;
    if (before !== undefined && isGiven(before) && isSameLot(before, after)) return;
    const medication = await context.resolve(after.medicationReference, 'Medication');
    const order = await context.resolve(after.request, 'MedicationRequest');
    const isBound = order !== undefined && (await isGivenHere(order, context));
    const lot = lotIn(medication);
    if (medication === undefined || lot === undefined) {
      if (isBound && !(await isNamedAsOrdered(context, order, after))) throw faults.otherDrug();
      return;
    }
    if (lot.status !== 'active') throw faults.lotUnusable(lot.status);
    const day = localDay(givenAt(after, context) ?? context.now(), await zoneOf(after, context));
    if (lot.expiresOn !== null && lot.expiresOn < day) throw faults.lotUnusable(`expired since ${lot.expiresOn}`);
    if (isBound && !(await isOrderedDrug(context, order, medication))) throw faults.wrongLot();
  },
});

function isSameLot(before: Administration, after: Administration): boolean {
  const time = (each: Administration): string | undefined => each.effectiveDateTime ?? each.effectivePeriod?.start;
  return (
    before.medicationReference?.reference === after.medicationReference?.reference &&
    before.request?.reference === after.request?.reference &&
    time(before) === time(after)
  );
}

async function zoneOf({ context: stay }: Administration, context: RuleContext): Promise<string> {
  return (await wardOf(await context.resolve(stay, 'Encounter'), context)).zone;
}
