import { defineBot } from '#sdk';
import { doseKeyOf } from '../projections/doses.ts';
import { isOver, tasksOf } from '../tasks.ts';

/** What was overdue and is recorded is no task any more. */
export const doseRecorded = defineBot<'MedicationAdministration'>({
  name: 'dose-recorded',
  title: 'Closes tasks of doses that are recorded',
  on: { criteria: 'MedicationAdministration?request:missing=false', interactions: ['create'] },
  async run({ resource }, context) {
    const dose = resource && doseKeyOf(resource);
    if (dose === undefined) return;
    for (const task of await tasksOf(context, dose.request, 'overdue-dose')) {
      if (isOver(task) || Date.parse(task.restriction?.period?.start ?? '') !== dose.due.getTime()) continue;
      await context.change('Task', task.id, (current) =>
        isOver(current) ? current : { ...current, status: 'completed', lastModified: context.now().toISOString() },
      );
    }
  },
});
