import { compareDecimals, defineOperation } from '#sdk';
import { faults } from '../faults.ts';
import { prescriptionLock, remainingQuantity } from '../remaining-quantity.ts';
import { cancelTransmissions } from '../transmission.ts';

export const cancel = defineOperation({
  code: 'cancel',
  title: 'Cancel an order',
  text: 'Ends an order: it is cancelled where nothing was dispensed or given of it, else stopped. Every pharmacy that it was sent to gets a Task that says so.',
  levels: ['instance'],
  types: ['MedicationRequest'],
  affectsState: true,
  input: { reason: { type: 'string', min: 1, text: 'Why, for the patient and the pharmacy.' } },
  output: {
    order: { type: 'Resource', min: 1, text: 'The order as it is now.' },
    task: { type: 'Resource', max: '*', text: 'What pharmacies are told.' },
  },
  async run(context, { id = '', input }) {
    return context.inTransaction(async (clinic) => {
      await clinic.lock(prescriptionLock(id));
      const before = await clinic.read('MedicationRequest', id);
      if (before === undefined || !['draft', 'active', 'on-hold'].includes(before.status)) {
        throw faults.notActive(before?.status ?? 'not there');
      }
      const { dispensed } = await remainingQuantity({ ...context, projection: clinic.projection }, before);
      const given = await clinic.count(
        'MedicationAdministration',
        `request=MedicationRequest/${id}&status:not=entered-in-error`,
      );
      const isBegun = compareDecimals(dispensed, '0') > 0 || given > 0;
      const status = isBegun ? 'stopped' : 'cancelled';
      const order = await clinic.change('MedicationRequest', id, (current) => ({
        ...current,
        status,
        statusReason: { text: input.reason },
      }));
      return { order, task: await cancelTransmissions(clinic, context, order) };
    });
  },
});
