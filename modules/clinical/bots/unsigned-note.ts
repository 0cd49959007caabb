import { defineBot } from '#sdk';
import { CLINICAL_TASK, NOTE } from '../terms.ts';

/** Whoever wrote a note is reminded once that it is not signed. */
export const unsignedNote = defineBot({
  name: 'unsigned-note',
  title: 'Reminds authors of notes that are not signed',
  on: { cron: '10 * * * *' },
  timeoutMs: 300_000,
  async run(_event, clinic) {
    const hours = Number(clinic.setting('unsigned-note-hours'));
    const before = new Date(clinic.now().getTime() - hours * 3_600_000).toISOString();
    const query = new URLSearchParams({ status: 'preliminary', _profile: NOTE, _lastUpdated: `lt${before}` });
    for (const { id, author, subject } of await clinic.search('Composition', query.toString(), 10_000)) {
      const [owner] = author;
      await clinic.createOnce(`sign-note/${id}`, {
        resourceType: 'Task',
        status: 'requested',
        intent: 'order',
        code: { coding: [{ system: CLINICAL_TASK, code: 'sign-note' }] },
        description: 'This note is not signed yet.',
        focus: { reference: `Composition/${id}` },
        ...(subject === undefined ? {} : { for: subject }),
        ...(owner === undefined ? {} : { owner }),
      });
    }
  },
});
