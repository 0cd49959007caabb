import { defineOperation, type AnyResource, type Stored } from '#sdk';
import { faults } from '../faults.ts';
import { canonicalText } from '../notes/canonical-text.ts';
import { isAuthor } from '../notes/note.ts';
import { signatureOf } from '../notes/signature.ts';

/** The one way in which a final note changes. What was signed before stays in the history. */
export const amend = defineOperation({
  code: 'amend',
  title: 'Amend a final note',
  text:
    'Makes and signs a further version of a final note: with other sections (amended), or to be used no more (entered-in-error). ' +
    'Only an author may. Where composition has a meta.versionId, it must be the current one.',
  levels: ['instance'],
  types: ['Composition'],
  affectsState: true,
  input: {
    reason: { type: 'string', min: 1, text: 'Why, for those who read both versions.' },
    composition: { type: 'Resource', text: 'The whole note as it shall be; title, section and text may differ.' },
    status: { type: 'code', text: 'Default amended.', oneOf: ['amended', 'entered-in-error'] },
  },
  output: { return: { type: 'Resource', min: 1, text: 'The note as it is now.' } },
  run: (context, { id = '', input: { reason, composition, status = 'amended' } }) =>
    context.inTransaction(async (clinic) => {
      await clinic.lock(`clinical.note ${id}`);
      const note = await clinic.read('Composition', id);
      const who = context.actor.reference;
      if (note === undefined || who === undefined || !(await isAuthor(clinic, note, who))) throw faults.notTheAuthor();
      if (note.status === 'entered-in-error') throw faults.noteWasVoided();
      if (note.status === 'preliminary') throw faults.noteNotFinal();
      const isVoid = status === 'entered-in-error';
      const attester = { mode: 'legal' as const, time: context.now().toISOString(), party: { reference: who } };
      const amended = await clinic.update({
        ...(isVoid ? note : amendedBy(note, composition)),
        status: isVoid ? 'entered-in-error' : 'amended',
        attester: [...(note.attester ?? []), attester],
      });
      await clinic.create(signatureOf(context, amended, { purpose: isVoid ? 'void' : 'amend', who, reason }));
      return amended;
    }),
});

/** @throws Fault 422 where it is no composition, or differs in what an amendment leaves alone */
function amendedBy(note: Stored<'Composition'>, by: AnyResource | undefined): Stored<'Composition'> {
  if (by?.resourceType !== 'Composition') throw faults.amendsOther();
  if (by.meta?.versionId !== undefined && by.meta.versionId !== note.meta.versionId) throw faults.noteChanged();
  const { title, section, text } = by;
  const { section: _, text: __, ...kept } = note;
  const amended = {
    ...kept,
    title,
    ...(section === undefined ? {} : { section }),
    ...(text === undefined ? {} : { text }),
  };
  if (canonicalText(amended) === canonicalText(note)) throw faults.amendsNothing();
  const frame = { status: note.status, ...(note.attester === undefined ? {} : { attester: note.attester }) };
  if (canonicalText({ ...by, id: note.id, ...frame }) !== canonicalText(amended)) throw faults.amendsOther();
  return amended;
}
