import { defineBot } from '#sdk';
import { recheck } from '../recheck.ts';

/** An allergy that is recorded may speak against what is taken already. */
export const recheckAllergy = defineBot<'AllergyIntolerance'>({
  name: 'recheck-allergy',
  title: 'Active orders are checked against a new allergy',
  on: { criteria: 'AllergyIntolerance', interactions: ['create', 'update'] },
  run: (event, clinic) => recheck(event.resource?.patient.reference, ({ kind }) => kind === 'allergy', clinic),
});
