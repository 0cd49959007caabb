import { defineRule, type Change, type RuleContext, type Stored } from '#sdk';
import { isMergeRelink } from '#modules/administration';
import { faults } from '../faults.ts';
import { canonicalText } from '../notes/canonical-text.ts';
import { isFinal, isNote, isOwnNote } from '../notes/note.ts';
import { signedBy } from '../notes/signature.ts';

/**
 * A note of the clinic becomes final only signed, and a final one changes only by an amendment that is signed again. What
 * was signed stays in the history. The signature is the server's, made for the author: no other code can make one.
 */
export const finalNote = defineRule({
  name: 'final-note',
  on: 'Composition',
  async check(change, context) {
    const { before, after } = change;
    if (before !== undefined && isNote(before) && isFinal(before)) await checkFinal(change, context);
    else if (after !== undefined && isFinal(after) && [before, after].some((each) => each && isOwnNote(each))) {
      if (after.status !== 'entered-in-error' && !(await isSigned(change, context))) throw faults.noteNotSigned();
    }
  },
});

async function checkFinal(change: Change<'Composition'>, context: RuleContext): Promise<void> {
  const { before, after } = change;
  // Labels may come and go: they are not what the note says.
  if (before !== undefined && after !== undefined && canonicalText(before) === canonicalText(after)) return;
  const isAmendment = after?.status === 'amended' || after?.status === 'entered-in-error';
  if (isAmendment && before?.status !== 'entered-in-error' && (await isSigned(change, context))) return;
  if (await isMergeRelink(change, context)) return;
  throw faults.noteIsFinal();
}

/** What is checked is what was stored, with its version. */
async function isSigned({ after }: Change<'Composition'>, context: RuleContext): Promise<boolean> {
  return (await signedBy(context, after as Stored<'Composition'>)) !== undefined;
}
