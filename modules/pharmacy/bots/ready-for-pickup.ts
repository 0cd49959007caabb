import { defineBot } from '#sdk';
import { TASK_SYSTEM } from '../names.ts';

/** The patient is told, once, that what was prepared for them waits. What it is, is not said: messages are read by others. */
export const readyForPickup = defineBot<'MedicationDispense'>({
  name: 'ready-for-pickup',
  title: 'Tells patients that their medication is ready',
  on: { criteria: 'MedicationDispense?status=in-progress' },
  async run({ resourceId, resource }, clinic) {
    if (resource?.subject?.reference?.startsWith('Patient/') !== true) return;
    const place = await clinic.resolve(resource.location, 'Location');
    await clinic.createOnce(`ready-for-pickup|${resourceId}`, {
      resourceType: 'Communication',
      status: 'completed',
      category: [{ coding: [{ system: TASK_SYSTEM, code: 'ready-for-pickup' }] }],
      subject: resource.subject,
      recipient: [resource.subject],
      about: [{ reference: `MedicationDispense/${resourceId}` }],
      sent: clinic.now().toISOString(),
      payload: [{ contentString: `Your medication is ready to be collected: ${place?.name ?? 'at the pharmacy'}.` }],
    });
  },
});
