import { defineRule, type ResourceOf, type RuleContext } from '#sdk';
import { isMergeRelink } from '#modules/administration';
import { faults } from '../faults.ts';
import { isAuthored, isOverride } from '../override/override.ts';

/** An override is a clinician's, has a coded reason, and stays as it was written. */
export const overrideKept = defineRule<'DetectedIssue'>({
  name: 'override-kept',
  on: 'DetectedIssue',
  async check(change, context) {
    const { before, after } = change;
    if (before !== undefined && isOverride(before)) {
      if (after !== undefined && isSame(before, after)) return;
      if (!(await isMergeRelink(change, context))) throw faults.overrideIsKept();
      return;
    }
    if (after === undefined || !isOverride(after)) return;
    if (!isAuthored(after)) throw faults.badOverride();
    if (!(await isOwn(after, context))) throw faults.notYourOverride();
  },
});

/** Versions may differ in their labels, not in what they say. */
function isSame(before: object, after: object): boolean {
  return JSON.stringify({ ...before, meta: undefined }) === JSON.stringify({ ...after, meta: undefined });
}

/** A person overrides in their own name; systems and the server's own work name the clinician whom they act for. */
async function isOwn({ mitigation = [] }: ResourceOf<'DetectedIssue'>, context: RuleContext): Promise<boolean> {
  const { kind, reference } = context.actor;
  if (kind !== 'user') return true;
  if (reference?.startsWith('Practitioner/') !== true) return false;
  for (const { author } of mitigation) {
    const role = await context.resolve(author, 'PractitionerRole');
    const person = role === undefined ? author?.reference : role.practitioner?.reference;
    if (person?.endsWith(reference) !== true) return false;
  }
  return true;
}
