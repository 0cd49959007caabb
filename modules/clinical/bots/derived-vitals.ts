import { defineBot } from '#sdk';
import { deriveBmi } from '../derived/derive-bmi.ts';
import { deriveNews2 } from '../derived/derive-news2.ts';
import { VITAL_SIGN } from '../terms.ts';
import { vitalSignOf } from '../vitals/vital-signs.ts';

/** Body mass index and early warning score follow what was measured in the clinic, and its corrections. */
export const derivedVitals = defineBot<'Observation'>({
  name: 'derived-vitals',
  title: 'Derives body mass index and NEWS2 from vital signs of the clinic',
  on: { criteria: `Observation?_profile=${VITAL_SIGN}` },
  async run({ resource }, context) {
    const patient = resource?.subject?.reference;
    if (resource === undefined || patient === undefined) return;
    const name = vitalSignOf(resource.code)?.name;
    await context.inTransaction(async (clinic) => {
      // Of two measurements at once the later one is looked at with what the earlier one made.
      await clinic.lock(`clinical.derived ${patient}`);
      if (name === 'weight' || name === 'height') await deriveBmi(clinic, resource, name);
      await deriveNews2(clinic, resource);
    });
  },
});
