import { defineRule, type RuleContext } from '#sdk';
import { faults } from '../faults.ts';
import { isOver, isTask, type Task } from '../tasks.ts';

const ENDED: readonly string[] = ['cancelled', 'stopped', 'completed', 'entered-in-error'];

/** A pharmacy is asked for what is prescribed, and told not to dispense what is no more: never anything else. */
export const pharmacyTask = defineRule<'Task'>({
  name: 'pharmacy-task',
  on: 'Task',
  async check({ before, after }, context) {
    if (after === undefined || isOver(after) || isSameAsking(before, after)) return;
    const isTransmission = isTask(after, 'transmit');
    if (!isTransmission && !isTask(after, 'cancel')) return;
    const status = await statusOf(after, context);
    if (isTransmission && status !== 'active') throw faults.notActive(status);
    if (!isTransmission && !ENDED.includes(status)) throw faults.notEnded(status);
  },
});

function isSameAsking(before: Task | undefined, after: Task): boolean {
  return (
    before !== undefined &&
    before.focus?.reference === after.focus?.reference &&
    isTask(before, 'transmit') === isTask(after, 'transmit') &&
    isTask(before, 'cancel') === isTask(after, 'cancel')
  );
}

async function statusOf({ focus }: Task, context: RuleContext): Promise<string> {
  return (await context.resolve(focus, 'MedicationRequest'))?.status ?? 'not there';
}
