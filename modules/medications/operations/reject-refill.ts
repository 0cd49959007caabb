import { defineOperation } from '#sdk';
import { mayPrescribe, prescriberRoles } from '../actors.ts';
import { faults } from '../faults.ts';
import { isOver, isTask } from '../tasks.ts';

export const rejectRefill = defineOperation({
  code: 'reject-refill',
  title: 'Reject a refill',
  text: 'Answers a request for a refill with no, and why.',
  levels: ['instance'],
  types: ['Task'],
  affectsState: true,
  input: { reason: { type: 'string', min: 1, text: 'Why, for the patient.' } },
  output: { return: { type: 'Resource', min: 1, text: 'The Task as it is now.' } },
  async run(context, { id = '', input }) {
    if (context.actor.kind !== 'server' && !mayPrescribe(context)) {
      throw faults.notPrescriber(prescriberRoles(context));
    }
    return context.inTransaction(async (clinic) => {
      await clinic.lock(`refill-task|${id}`);
      const task = await clinic.read('Task', id);
      if (task === undefined || !isTask(task, 'refill')) throw faults.notRefillTask();
      if (isOver(task)) throw faults.refillDecided(task.status);
      return clinic.update<'Task'>({
        ...task,
        status: 'rejected',
        statusReason: { text: input.reason },
        lastModified: context.now().toISOString(),
      });
    });
  },
});
