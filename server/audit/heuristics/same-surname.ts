import { hasReason, isSamePerson, sameName, suspiciousPairs } from './new-pairs.ts';
import type { BreachRule } from './rule.ts';

/** The record of somebody of the same surname, perhaps of the family, whom the person does not treat. */
export const sameSurname: BreachRule = {
  code: 'same-surname',
  title: 'Record of a person of the same surname',
  severity: 'moderate',
  find: (watch) =>
    suspiciousPairs(watch, async (agent, patient, pair) => {
      if (!sameName(agent.family, patient.family) || isSamePerson(agent, patient)) return undefined;
      return (await hasReason(watch, pair))
        ? undefined
        : 'Same surname, and nothing links them: no appointment, encounter or care team.';
    }),
};
