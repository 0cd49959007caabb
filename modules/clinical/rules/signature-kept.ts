import { defineRule } from '#sdk';
import { isMergeRelink } from '#modules/administration';
import { faults } from '../faults.ts';
import { canonicalText } from '../notes/canonical-text.ts';
import { isSignature } from '../notes/signature.ts';

/** Who signed a note stays known. */
export const signatureKept = defineRule({
  name: 'signature-kept',
  on: 'Provenance',
  async check(change, context) {
    const { before, after } = change;
    if (before === undefined || !isSignature(before)) return;
    if (after !== undefined && canonicalText(before) === canonicalText(after)) return;
    if (!(await isMergeRelink(change, context))) throw faults.signatureIsKept();
  },
});
