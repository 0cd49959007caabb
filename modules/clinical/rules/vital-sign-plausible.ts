import { defineRule } from '#sdk';
import { vitalSignIssues } from '../vitals/plausible.ts';

/** Nobody has a heart rate of 800: what cannot be is not stored, whichever way it comes. */
export const vitalSignPlausible = defineRule({
  name: 'vital-sign-plausible',
  on: 'Observation',
  isPure: true,
  check: ({ after }) => (after === undefined ? [] : vitalSignIssues(after)),
});
