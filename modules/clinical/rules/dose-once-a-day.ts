import { defineRule, type Issue, type ResourceOf, type RuleContext } from '#sdk';
import { faults } from '../faults.ts';
import { isSameVaccine } from '../record/immunizations.ts';
import { isZone, localDay } from '../record/local-day.ts';
import { lookUpOnce } from './look-up-once.ts';

type Immunization = ResourceOf<'Immunization'>;

const TIME_ZONE = 'https://athanor.health/fhir/StructureDefinition/time-zone';

const EXPIRED: Issue = {
  severity: 'warning',
  code: 'business-rule',
  text: 'The vaccine was past its expiration date when it was given; please check date and lot, and whether to repeat the dose.',
  expression: ['Immunization.expirationDate'],
};

/** A vaccine is given to somebody once a day, whoever records it; a dose out of an expired lot is told, as it was given. */
export const doseOnceADay = defineRule({
  name: 'dose-once-a-day',
  on: 'Immunization',
  async check({ id, before, after }, context) {
    if (after?.status !== 'completed' || after.occurrenceDateTime === undefined) return [];
    const zone = await zoneOf(after, context);
    const day = localDay(after.occurrenceDateTime, zone);
    if (day === undefined) return [];
    const isExpired = after.expirationDate !== undefined && after.expirationDate.slice(0, 10) < day;
    if (before === undefined || !isSameDose(before, after)) await checkOthers(id, after, day, zone, context);
    return isExpired ? [EXPIRED] : [];
  },
});

function isSameDose(before: Immunization, after: Immunization): boolean {
  return (
    before.status === 'completed' &&
    before.occurrenceDateTime === after.occurrenceDateTime &&
    before.patient.reference === after.patient.reference &&
    isSameVaccine(before, after)
  );
}

async function checkOthers(
  id: string,
  dose: Immunization,
  day: string,
  zone: string,
  context: RuleContext,
): Promise<void> {
  const patient = dose.patient.reference;
  if (patient === undefined) return;
  const name = `clinical.immunizations ${patient}`;
  const all = await lookUpOnce(context, name, async () => {
    await context.lock(name);
    return context.search('Immunization', new URLSearchParams({ patient, status: 'completed' }).toString());
  });
  const isTwice = all.some(
    (other) => other.id !== id && isSameVaccine(other, dose) && localDay(other.occurrenceDateTime ?? '', zone) === day,
  );
  if (isTwice) throw faults.doseTwice();
}

/** Of the place where it was given; otherwise the clinic's. */
async function zoneOf({ location, occurrenceDateTime }: Immunization, context: RuleContext): Promise<string> {
  const reference = occurrenceDateTime?.includes('T') === true ? location?.reference : undefined;
  if (reference === undefined) return context.setting('zone');
  const place = await lookUpOnce(context, `clinical.place ${reference}`, () => context.resolve(location, 'Location'));
  const zone = place?.extension?.find(({ url }) => url === TIME_ZONE)?.valueCode;
  return zone !== undefined && isZone(zone) ? zone : context.setting('zone');
}
