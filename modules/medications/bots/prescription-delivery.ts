import { defineBot } from '#sdk';
import { PHARMACY_ADAPTERS } from '../pharmacy-adapters.ts';

const CODES = ['transmit', 'cancel'].map((code) => `https://athanor.health/fhir/CodeSystem/medication-task|${code}`);

/** Prescriptions for partners go out; a message that is repeated has the same id. */
export const prescriptionDelivery = defineBot<'Task'>({
  name: 'prescription-delivery',
  title: 'Sends prescriptions to partner pharmacies',
  on: { criteria: `Task?code=${CODES.join(',')}&status=requested` },
  async run({ resourceId }, context) {
    const task = await context.read('Task', resourceId);
    if (task === undefined || task.status !== 'requested') return;
    for (const adapter of PHARMACY_ADAPTERS) {
      if (!(await adapter.serves(task, context))) continue;
      const delivery = await adapter.deliver(task, context);
      if (delivery.kind === 'here') return;
      const lastModified = context.now().toISOString();
      await context.change('Task', task.id, (current) => {
        if (current.status !== 'requested') return current;
        return delivery.kind === 'received'
          ? { ...current, lastModified, status: 'received' }
          : { ...current, lastModified, status: 'failed', statusReason: { text: delivery.reason } };
      });
      return;
    }
  },
});
