import { defineBot } from '#sdk';
import { isInpatient } from '../order.ts';
import { suppliesEnding } from '../supply-ends.ts';
import { taskCode } from '../tasks.ts';

const DAY = 86_400_000;

/** Before what was dispensed is used up, somebody thinks of the next; of each supply once. */
export const refillDue = defineBot({
  name: 'refill-due',
  title: 'Tasks for prescriptions whose supply will end',
  on: { cron: '10 5 * * *' },
  timeoutMs: 300_000,
  async run(_event, context) {
    const now = context.now();
    const until = new Date(now.getTime() + Number(context.setting('refill-days')) * DAY);
    for (const { request, ends } of await suppliesEnding(context, now, until)) {
      const order = await context.read('MedicationRequest', request);
      if (order === undefined || order.status !== 'active' || isInpatient(order)) continue;
      const owner =
        order.requester?.reference?.startsWith('Practitioner') === true ? order.requester.reference : undefined;
      await context.createOnce<'Task'>(`refill-due|MedicationRequest/${request}|${ends.toISOString()}`, {
        resourceType: 'Task',
        status: 'requested',
        intent: 'proposal',
        code: taskCode('refill-due'),
        focus: { reference: `MedicationRequest/${request}` },
        for: order.subject,
        authoredOn: now.toISOString(),
        restriction: { period: { end: ends.toISOString() } },
        ...(owner === undefined ? {} : { owner: { reference: owner } }),
      });
    }
  },
});
