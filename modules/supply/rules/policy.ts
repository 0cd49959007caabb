import { defineRule } from '#sdk';
import { extensionOf, withProfile } from '../elements.ts';
import { faults } from '../faults.ts';
import { isRecord, policyIn } from '../policy.ts';

/** Policies and catalogues of suppliers are what their profiles say, and make sense. */
export const policy = defineRule({
  name: 'stock-policy',
  on: 'Basic',
  change({ after }) {
    if (after === undefined) return;
    if (isRecord(after, 'supplier-item') || extensionOf(after, 'supplier-terms') !== undefined)
      return withProfile(after, 'supplier-item');
    if (!isRecord(after, 'stock-policy') && extensionOf(after, 'stock-levels') === undefined) return;
    const made = withProfile(after, 'stock-policy');
    const levels = policyIn(made);
    if (levels !== undefined && (levels.maximum <= levels.reorderPoint || levels.minimum > levels.maximum))
      throw faults.badPolicy();
    return made;
  },
});
