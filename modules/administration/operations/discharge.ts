import { defineOperation } from '#sdk';
import { writable } from '../encounter/writable.ts';

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
