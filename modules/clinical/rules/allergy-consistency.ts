import { defineRule, type Issue } from '#sdk';
import { faults } from '../faults.ts';
import { contradict, isInForce, isUncoded } from '../record/allergies.ts';
import { lookUpOnce } from './look-up-once.ts';

const UNCODED: Issue = {
  severity: 'warning',
  code: 'incomplete',
  text: 'The substance is in words only: decision support cannot check it. Please add a coding to code.',
  expression: ['AllergyIntolerance.code'],
};

/** "No known allergies" and an allergy do not stand beside each other, whoever writes them at the same time. */
export const allergyConsistency = defineRule({
  name: 'allergy-consistency',
  on: 'AllergyIntolerance',
  async check({ id, after }, context) {
    if (after === undefined || !isInForce(after)) return [];
    const patient = after.patient.reference;
    if (patient !== undefined) {
      const name = `clinical.allergies ${patient}`;
      const all = await lookUpOnce(context, name, async () => {
        await context.lock(name);
        return context.search('AllergyIntolerance', new URLSearchParams({ patient }).toString());
      });
      const others = all.filter((each) => each.id !== id && isInForce(each));
      if (others.some((other) => contradict(after, other))) throw faults.allergyContradiction();
    }
    return isUncoded(after) ? [UNCODED] : [];
  },
});
