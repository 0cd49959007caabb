import type { Item } from './item.ts';
import type { SliceRule, Visit } from './rule.ts';

/** Where an item belongs, as places in the list of slices; -1: none. */
export interface SlicePlace {
  /** The first slice that the item is in, or else the first that it may be in for all that terminology knows. */
  readonly place: number;
  /** Another one that it is in as well, which must not be. */
  readonly other: number;
}

const NOWHERE: SlicePlace = { place: -1, other: -1 };

export function slicePlaces(items: readonly Item[], slices: readonly SliceRule[], visit: Visit): readonly SlicePlace[] {
  return items.map((item) => slicePlace(item, slices, visit));
}

function slicePlace(item: Item, slices: readonly SliceRule[], visit: Visit): SlicePlace {
  let place = -1;
  let maybe = -1;
  for (let at = 0; at < slices.length; at += 1) {
    const slice = slices[at];
    const answer = slice === undefined ? false : isIn(item, slice, visit);
    if (answer === true && place !== -1) return { place, other: at };
    if (answer === true) place = at;
    if (answer === undefined && maybe === -1) maybe = at;
  }
  if (place === -1) place = maybe;
  return place === -1 ? NOWHERE : { place, other: -1 };
}

function isIn(item: Item, { criteria }: SliceRule, visit: Visit): boolean | undefined {
  let answer: boolean | undefined = true;
  for (const criterion of criteria) {
    const holds = criterion.holds(item, visit);
    if (holds === false) return false;
    answer &&= holds;
  }
  return answer;
}
