import { defineOperation } from '#sdk';
import { faults } from '../faults.ts';
import { isAuthor } from '../notes/note.ts';
import { signatureOf, signedBy } from '../notes/signature.ts';

/** The author's act by which a note becomes final. A second call changes nothing. */
export const sign = defineOperation({
  code: 'sign',
  title: 'Sign a note',
  text:
    'Makes a preliminary note final and signs that version: a Provenance with a detached JWS over everything but meta. Only an ' +
    'author may, under their own name. Afterwards the note changes by $amend alone.',
  levels: ['instance'],
  types: ['Composition'],
  affectsState: true,
  input: {},
  output: { return: { type: 'Resource', min: 1, text: 'The note as it is now.' } },
  run: (context, { id = '' }) =>
    context.inTransaction(async (clinic) => {
      await clinic.lock(`clinical.note ${id}`);
      const note = await clinic.read('Composition', id);
      const who = context.actor.reference;
      if (note === undefined || who === undefined || !(await isAuthor(clinic, note, who))) throw faults.notTheAuthor();
      if (note.status === 'entered-in-error') throw faults.noteWasVoided();
      if (note.status !== 'preliminary') {
        if ((await signedBy({ ...context, ...clinic }, note)) !== undefined) return note;
        throw faults.noteIsFinal();
      }
      if (!(note.section ?? []).some(({ text }) => text !== undefined)) throw faults.noteIsEmpty();
      const time = context.now().toISOString();
      const attester = { mode: 'legal' as const, time, party: { reference: who } };
      const signed = await clinic.update({ ...note, status: 'final', attester: [...(note.attester ?? []), attester] });
      await clinic.create(signatureOf(context, signed, { purpose: 'sign', who }));
      return signed;
    }),
});
