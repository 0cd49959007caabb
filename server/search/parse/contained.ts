import type { Filter, SearchTree } from '../tree.ts';
import { badParameter } from './search-faults.ts';

/**
 * What does not go with a search for contained resources: nothing outside of its container can refer to one.
 * @throws Fault 400
 */
export function checkContained({ contained, includes, filters }: SearchTree): void {
  if (contained === 'false') return;
  const refused = includes.length > 0 ? '_include and _revinclude' : filters.some(hasReferrers) ? '_has' : undefined;
  if (refused === undefined) return;
  throw badParameter('_contained', `${contained} does not go with ${refused}. Leave one of them out.`);
}

/** Behind a chain stand resources that are not contained. */
function hasReferrers(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.some(hasReferrers);
    case 'not':
      return hasReferrers(filter.filter);
    case 'type':
      return filter.branches.some((branch) => hasReferrers(branch.filter));
    default:
      return filter.kind === 'has';
  }
}
