import { defineBot } from '#sdk';
import { CLINICAL_TASK, LOINC } from '../terms.ts';

/** A reminder is done when its note is signed or void. */
export const signedNote = defineBot<'Composition'>({
  name: 'signed-note',
  title: 'Closes reminders of notes that were signed',
  on: { criteria: `Composition?type=${LOINC}|11506-3&status:not=preliminary` },
  async run({ resourceId }, clinic) {
    const query = new URLSearchParams({
      focus: `Composition/${resourceId}`,
      code: `${CLINICAL_TASK}|sign-note`,
      status: 'requested',
    });
    for (const { id } of await clinic.search('Task', query.toString())) {
      await clinic.change('Task', id, (task) => ({ ...task, status: 'completed' }));
    }
  },
});
