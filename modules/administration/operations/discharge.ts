import { defineOperation } from '#sdk';
import type { Status } from '../encounter/status.ts';
import { faults } from '../faults.ts';
import { writable } from '../encounter/writable.ts';

const PRESENT: readonly Status[] = ['in-progress', 'onleave'];

export const discharge = defineOperation({
  code: 'discharge',
  title: 'Discharge a patient',
  text: 'Finishes an Encounter that is in progress; the bed is free.',
  levels: ['instance'],
  types: ['Encounter'],
  affectsState: true,
  input: {
    disposition: { type: 'CodeableConcept', text: 'Where the patient goes, such as home.' },
    destination: { type: 'Reference', text: 'The Location or Organization to which the patient goes.' },
  },
  output: { return: { type: 'Resource', min: 1, text: 'The Encounter as it is now.' } },
  run: (context, { id = '', input: { disposition, destination } }) =>
    context.change('Encounter', id, (encounter) => {
      // Who never came cannot leave; that only the end of a stay is told is for systems that keep the stay themselves.
      if (!PRESENT.includes(encounter.status)) throw faults.notPresent(encounter.status);
      const reference = destination?.reference;
      const hospitalization = {
        ...encounter.hospitalization,
        ...(disposition === undefined ? {} : { dischargeDisposition: writable(disposition) }),
        ...(reference === undefined ? {} : { destination: { reference } }),
      };
      return {
        ...encounter,
        status: 'finished',
        ...(Object.keys(hospitalization).length === 0 ? {} : { hospitalization }),
      };
    }),
});
