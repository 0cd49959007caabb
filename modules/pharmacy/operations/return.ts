import { defineOperation } from '#sdk';
import { bundleOf } from '../collection.ts';
import { giveBack, quarantineOf, type Condition } from '../dispensing/give-back.ts';
import { faults } from '../faults.ts';
import { localName } from '../vault/moved.ts';
import { wholeUnits } from '../whole-number.ts';

export const returnDispensed = defineOperation({
  code: 'return',
  title: 'Take back what was dispensed',
  text: 'What a patient brings back goes into quarantine; what was opened or is damaged is destroyed. Never more than was dispensed.',
  levels: ['instance'],
  types: ['MedicationDispense'],
  affectsState: true,
  input: {
    quantity: { type: 'integer', min: 1, text: 'How many base units.' },
    condition: { type: 'code', min: 1, text: 'In which state.', oneOf: ['unopened', 'opened', 'damaged'] },
    lot: { type: 'Reference', text: 'Of which lot, where several were dispensed: Medication/[id].' },
    location: { type: 'Reference', text: 'A Location of kind quarantine; default: the one that there is.' },
  },
  output: { return: { type: 'Resource', min: 1, text: 'Bundle of the MedicationDispense and its movements.' } },
  async run(context, { id = '', input }) {
    const quarantine = await quarantineOf(context, input.location);
    return context.inTransaction(async (clinic) => {
      const dispense = await clinic.read('MedicationDispense', id);
      if (dispense?.status !== 'completed') throw faults.notHandedOver();
      const lot = input.lot === undefined ? undefined : localName(input.lot);
      const quantity = wholeUnits(input.quantity);
      const condition = input.condition as Condition;
      return bundleOf(await giveBack(clinic, { dispense, quantity, lot, condition, quarantine }));
    });
  },
});
