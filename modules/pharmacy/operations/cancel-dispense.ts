import { defineOperation } from '#sdk';
import { takeBack } from '../dispensing/take-back.ts';
import { faults } from '../faults.ts';
import { localName } from '../vault/moved.ts';

export const cancelDispense = defineOperation({
  code: 'cancel-dispense',
  title: 'Cancel what was not collected',
  text: 'What was prepared for a patient and not handed over goes back into the stock that it came from. Twice is the same as once.',
  levels: ['instance'],
  types: ['MedicationDispense'],
  affectsState: true,
  input: { witness: { type: 'Reference', text: 'Statement of the witness, for what goes back into a vault.' } },
  output: { return: { type: 'Resource', min: 1, text: 'The MedicationDispense.' } },
  run: (context, { id = '', input }) =>
    context.inTransaction(async (clinic) => {
      await clinic.lock(`dispense|${id}`);
      const dispense = await clinic.read('MedicationDispense', id);
      if (dispense === undefined) throw faults.unknownCause();
      if (dispense.status === 'cancelled') return dispense;
      if (dispense.status !== 'in-progress' && dispense.status !== 'on-hold') throw faults.notWaiting(dispense.status);
      const witness = input.witness === undefined ? undefined : localName(input.witness);
      return takeBack(clinic, dispense, witness, context.now());
    }),
});
