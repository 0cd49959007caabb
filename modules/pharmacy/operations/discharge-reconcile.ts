import { defineOperation } from '#sdk';
import { giveBack, quarantineOf } from '../dispensing/give-back.ts';
import { sumOf } from '../dispensing/handed-out-of.ts';
import { faults } from '../faults.ts';
import { linesOf, type Line } from '../ward/lines.ts';
import { ownSupplies } from '../ward/own-supply.ts';

export const dischargeReconcile = defineOperation({
  code: 'discharge-reconcile',
  title: 'Return what a patient did not need',
  text: 'What was dispensed to the patient by name during the stay, less what was given of it, goes back. A second time nothing does.',
  levels: ['instance'],
  types: ['Encounter'],
  affectsState: true,
  input: { location: { type: 'Reference', text: 'A Location of kind quarantine; default: the one that there is.' } },
  output: {
    return: {
      type: 'Resource',
      min: 1,
      text: 'Parameters: line* with order, issued (dispensed and not returned before), given and returned.',
    },
  },
  async run(context, { id = '', input }) {
    if ((await context.read('Encounter', id)) === undefined) throw faults.unknownStay();
    const quarantine = await quarantineOf(context, input.location);
    // Nurses reconcile and do not dispense: what comes back is what the ledger and the record of doses say.
    return context.asServer(async (clinic) => {
      await clinic.lock(`discharge|${id}`);
      const lines: Line[] = [];
      for (const { order, dispenses, issued, given } of await ownSupplies(clinic, `Encounter/${id}`)) {
        if (given === undefined) throw faults.uncountedDose(order);
        let left = Math.max(0, issued - given);
        lines.push({ order, issued, given, returned: left });
        for (const { dispense, lots } of dispenses) {
          const quantity = Math.min(left, sumOf(lots, 'issued') - sumOf(lots, 'returned'));
          if (quantity <= 0) continue;
          await giveBack(clinic, { dispense, quantity, lot: undefined, condition: 'unopened', quarantine });
          left -= quantity;
        }
      }
      return linesOf(lines);
    });
  },
});
