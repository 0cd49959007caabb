import { defineRule } from '#sdk';
import { faults } from '../faults.ts';
import { isFactResource } from '../knowledge/is-fact.ts';
import { readFact, type FactResource } from '../knowledge/knowledge.ts';
import { BadFact } from '../knowledge/read-fact.ts';

/** A rule that says that it is one can be used: otherwise it would be missed by checks without anybody knowing. */
export const usableRule = defineRule<FactResource['resourceType']>({
  name: 'usable-rule',
  on: ['MedicinalProductInteraction', 'MedicinalProductContraindication', 'MedicationKnowledge'],
  check({ after }) {
    if (after === undefined || !isFactResource(after)) return;
    try {
      readFact(after);
    } catch (error) {
      if (error instanceof BadFact) throw faults.badRule(error.message);
      throw error;
    }
  },
});
