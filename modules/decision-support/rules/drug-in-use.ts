import { defineRule } from '#sdk';
import { faults } from '../faults.ts';

/** A drug that active orders refer to stays what it was when they were checked. */
export const drugInUse = defineRule<'Medication'>({
  name: 'drug-in-use',
  on: 'Medication',
  async check({ before, after, id }, context) {
    if (before === undefined || after === undefined) return;
    const isSame = (['code', 'ingredient', 'form'] as const).every(
      (name) => JSON.stringify(before[name]) === JSON.stringify(after[name]),
    );
    if (isSame) return;
    const active = await context.count('MedicationRequest', `medication=Medication/${id}&status=active`);
    if (active > 0) throw faults.drugInUse();
  },
});
