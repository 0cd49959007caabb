import { defineOperation } from '#sdk';
import { BED, expectBed } from '../encounter/expect-bed.ts';
import { isLiveStatus } from '../encounter/status.ts';
import { faults } from '../faults.ts';

export const transfer = defineOperation({
  code: 'transfer',
  title: 'Transfer a patient',
  text: 'Moves the patient of an Encounter into another bed that is free; the one before is free at the same moment.',
  levels: ['instance'],
  types: ['Encounter'],
  affectsState: true,
  input: BED,
  output: { return: { type: 'Resource', min: 1, text: 'The Encounter as it is now.' } },
  async run(context, { id = '', input }) {
    const location = await expectBed(context, input);
    return context.change('Encounter', id, (encounter) => {
      if (!isLiveStatus(encounter.status)) throw faults.notThere(encounter.status);
      return { ...encounter, location: [{ location, status: 'active' }] };
    });
  },
});
