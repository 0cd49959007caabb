import { defineOperation } from '#sdk';
import { faults } from '../faults.ts';
import { localName } from '../vault/moved.ts';

export const handOver = defineOperation({
  code: 'hand-over',
  title: 'Hand over what was prepared',
  text: 'The patient has come: what was prepared for them is theirs. Refused for anybody else.',
  levels: ['instance'],
  types: ['MedicationDispense'],
  affectsState: true,
  input: { patient: { type: 'Reference', min: 1, text: 'Whose card was scanned: Patient/[id].' } },
  output: { return: { type: 'Resource', min: 1, text: 'The MedicationDispense.' } },
  run: (context, { id = '', input }) =>
    context.inTransaction(async (clinic) => {
      await clinic.lock(`dispense|${id}`);
      return clinic.change('MedicationDispense', id, (dispense) => {
        if (localName(dispense.subject) !== localName(input.patient)) throw faults.otherPatient();
        if (dispense.status !== 'in-progress' && dispense.status !== 'on-hold')
          throw faults.notWaiting(dispense.status);
        return { ...dispense, status: 'completed', whenHandedOver: context.now().toISOString() };
      });
    }),
});
