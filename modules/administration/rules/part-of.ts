import { defineRule, type ResourceOf, type RuleContext } from '#sdk';
import { faults } from '../faults.ts';

type Part = ResourceOf<'Location' | 'Organization'>;

/** Deeper than any house; whoever climbs a tree of places or departments may rely on it. */
const DEEPEST = 20;

/** Nothing is a part of itself, at any distance: stock is counted, rights are inherited and beds are found along the tree. */
export const partOf = defineRule<'Location' | 'Organization'>({
  name: 'part-of',
  on: ['Location', 'Organization'],
  async check({ id, before, after }, context) {
    const parent = after?.partOf?.reference;
    if (after === undefined || parent === undefined || parent === before?.partOf?.reference) return;
    // Two who hang one part below the other at the same time would not see what the other one does.
    await context.lock(`tree of ${after.resourceType}`);
    let above = await partAbove(context, after);
    for (let depth = 1; above !== undefined; depth += 1) {
      if (above.id === id) throw faults.partOfItself();
      if (depth === DEEPEST) throw faults.tooDeep(DEEPEST);
      above = await partAbove(context, above);
    }
  },
});

function partAbove(context: RuleContext, part: Part): Promise<Part | undefined> {
  return context.resolve<Part['resourceType']>(part.partOf, part.resourceType);
}
