import { defineOperation } from '#sdk';
import { BED, expectBed } from '../encounter/expect-bed.ts';
import { writable } from '../encounter/writable.ts';
import { faults } from '../faults.ts';

const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

export const admit = defineOperation({
  code: 'admit',
  title: 'Admit a patient',
  text: 'Puts the patient of an Encounter into a free bed; the Encounter is in progress from then on.',
  levels: ['instance'],
  types: ['Encounter'],
  affectsState: true,
  input: {
    ...BED,
    class: {
      type: 'code',
      text: 'Class of the Encounter from now on; IMP where nothing is said.',
      oneOf: ['IMP', 'ACUTE', 'NONAC', 'OBSENC', 'SS'],
    },
    'admit-source': { type: 'CodeableConcept', text: 'From where the patient comes.' },
  },
  output: { return: { type: 'Resource', min: 1, text: 'The Encounter as it is now.' } },
  async run(context, { id = '', input }) {
    const location = await expectBed(context, input);
    const { class: code = 'IMP', 'admit-source': admitSource } = input;
    return context.change('Encounter', id, (encounter) => {
      if (encounter.status === 'onleave') throw faults.onLeave();
      return {
        ...encounter,
        status: 'in-progress',
        class: { system: ACT, code },
        location: [{ location, status: 'active' }],
        ...(admitSource === undefined
          ? {}
          : { hospitalization: { ...encounter.hospitalization, admitSource: writable(admitSource) } }),
      };
    });
  },
});
