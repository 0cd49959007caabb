import { isSamePerson, suspiciousPairs } from './new-pairs.ts';
import type { BreachRule } from './rule.ts';

/** Somebody of the staff opens their own record with their rights as staff. */
export const ownRecord: BreachRule = {
  code: 'own-record',
  title: 'Own record opened with the rights of staff',
  severity: 'moderate',
  find: (watch) =>
    suspiciousPairs(watch, (agent, patient) =>
      isSamePerson(agent, patient) ? 'The patient seems to be the same person.' : undefined,
    ),
};
