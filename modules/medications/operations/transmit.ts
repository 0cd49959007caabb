import { defineOperation } from '#sdk';
import { faults } from '../faults.ts';
import { pharmacyAt, transmitTask } from '../transmission.ts';

export const transmit = defineOperation({
  code: 'transmit',
  title: 'Send a prescription to a pharmacy',
  text: 'Puts a Task on the work list of a pharmacy of the clinic, or sends the prescription to a partner. Sent twice to the same pharmacy it is there once.',
  levels: ['instance'],
  types: ['MedicationRequest'],
  affectsState: true,
  input: {
    to: {
      type: 'Reference',
      text: 'Location of a pharmacy here, or Organization of a partner; default: dispenseRequest.performer.',
    },
  },
  output: { return: { type: 'Resource', min: 1, text: 'The Task of the pharmacy.' } },
  async run(context, { id = '', input }) {
    return context.inTransaction(async (clinic) => {
      const order = await clinic.read('MedicationRequest', id);
      if (order === undefined || order.status !== 'active') throw faults.notActive(order?.status ?? 'not there');
      const place = await pharmacyAt(input.to ?? order.dispenseRequest?.performer, clinic);
      return transmitTask(clinic, context, order, place);
    });
  },
});
