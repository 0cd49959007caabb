import { defineBot } from '#sdk';
import { findMatches } from '../matching/find-matches.ts';
import { survivorOf, unmergedFrom } from '../merge/link.ts';
import { taskCode } from '../merge/task-code.ts';

/** Two who seem to be one person are looked at by somebody; who was taken apart from the other one is not. */
export const duplicates = defineBot<'Patient'>({
  name: 'duplicate-patients',
  title: 'Tasks for patients who seem to be registered twice',
  on: { criteria: 'Patient?organization:missing=false', interactions: ['create', 'update'] },
  async run({ resource }, context) {
    if (resource === undefined || survivorOf(resource) !== undefined) return;
    const self = `Patient/${resource.id}`;
    for (const { patient, grade } of await findMatches(context, resource)) {
      const other = `Patient/${patient.id}`;
      if (grade === 'possible' || unmergedFrom(resource).includes(other) || unmergedFrom(patient).includes(self))
        continue;
      const [first = '', second = ''] = [self, other].sort();
      await context.createOnce(`duplicate|${first}|${second}`, {
        resourceType: 'Task',
        status: 'requested',
        intent: 'proposal',
        code: taskCode('duplicate-review'),
        focus: { reference: first },
        for: { reference: second },
        authoredOn: context.now().toISOString(),
      });
    }
  },
});
