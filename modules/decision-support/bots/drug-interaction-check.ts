import { defineBot } from '#sdk';
import { recheck } from '../recheck.ts';

/**
 * What a patient says they take is recorded whatever it is, so nothing refuses it; but it may not go with what is ordered:
 * then whoever ordered that is told.
 */
export const drugInteractionCheck = defineBot<'MedicationStatement'>({
  name: 'drug-interaction-check',
  title: 'Active orders are checked against what a patient turns out to take',
  on: { criteria: 'MedicationStatement?status=active', interactions: ['create', 'update'] },
  run: ({ resourceId, resource }, clinic) =>
    recheck(
      resource?.subject.reference,
      ({ implicated }) => implicated.includes(`MedicationStatement/${resourceId}`),
      clinic,
    ),
});
