import { defineBot } from '#sdk';
import { daysSince } from '../facts/patient.ts';
import { recheck } from '../recheck.ts';

const OLDEST_WEIGHT = 365;

/** When a weight is recorded, doses by weight may have become too high. */
export const recheckWeight = defineBot<'Observation'>({
  name: 'recheck-weight',
  title: 'Doses of active orders are checked against a new weight',
  on: { criteria: 'Observation?code=http://loinc.org|29463-7', interactions: ['create', 'update'] },
  async run({ resource }, clinic) {
    // No dose is judged by an older one, such as those of an imported history.
    const days = daysSince(resource?.effectiveDateTime, clinic.now());
    if (days === undefined || days < OLDEST_WEIGHT)
      await recheck(resource?.subject?.reference, ({ kind }) => kind === 'dose', clinic);
  },
});
