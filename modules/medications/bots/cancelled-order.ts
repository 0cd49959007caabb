import { defineBot } from '#sdk';
import { cancelTransmissions } from '../transmission.ts';

/** However an order ends, the pharmacies that it was sent to hear of it. */
export const cancelledOrder = defineBot<'MedicationRequest'>({
  name: 'cancelled-order',
  title: 'Tells pharmacies of orders that are cancelled or stopped',
  on: { criteria: 'MedicationRequest?status=cancelled,stopped,entered-in-error' },
  async run({ resourceId }, context) {
    const order = await context.read('MedicationRequest', resourceId);
    if (order !== undefined) await cancelTransmissions(context, context, order);
  },
});
