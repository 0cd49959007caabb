import type { Item } from './item.ts';
import { report, reportAt } from './report.ts';
import type { SlicingRule, Visit } from './rule.ts';
import type { SlicePlace } from './slice-places.ts';

/** As many as a person reads. */
const MAX_SLICES = 10;

export interface SlicedItems {
  readonly bySlice: readonly (readonly Item[])[];
  readonly unmatched: readonly Item[];
}

/**
 * Puts the items of an element into their slices, and reports what the rules and the order of the slicing do not allow.
 * At the path of the element.
 * https://hl7.org/fhir/R4/profiling.html#slicing
 */
export function sliceItems(
  items: readonly Item[],
  places: readonly SlicePlace[],
  slicing: SlicingRule,
  label: string,
  visit: Visit,
): SlicedItems {
  const { rules, rest, isOrdered } = slicing;
  const bySlice = slicing.slices.map((): Item[] => []);
  const unmatched: Item[] = [];
  if (items.length > 0) for (const problem of slicing.problems) report(visit, 'processing', problem);
  let furthest = 0;
  for (const [index, item] of items.entries()) {
    const { place = -1, other = -1 } = places[index] ?? {};
    if (place === -1) {
      unmatched.push(item);
      if (rules === 'closed' && rest === undefined) reportAt(item, visit, unmatchedText(slicing, label));
      continue;
    }
    bySlice[place]?.push(item);
    if (other !== -1) {
      const names = `${nameAt(slicing, place)} and ${nameAt(slicing, other)}`;
      reportAt(item, visit, `The item belongs to two slices of ${label}: ${names}. Expected is one.`);
    }
    if (isOrdered && place < furthest) {
      const order = slicing.slices.map(({ name }) => name).join(', ');
      const text = `The item of ${label}:${nameAt(slicing, place)} is out of order. Expected is the order ${order}.`;
      reportAt(item, visit, text);
    }
    if (unmatched.length > 0 && rules === 'openAtEnd') {
      reportAt(item, visit, `${label} allows items of no slice at the end only; one stands before this item.`);
    }
    furthest = Math.max(furthest, place);
  }
  return { bySlice, unmatched };
}

function unmatchedText({ slices }: SlicingRule, label: string): string {
  const asked = slices
    .slice(0, MAX_SLICES)
    .map(({ name, criteria }) => `${name} (${criteria.map(({ text }) => text).join(' and ')})`);
  if (slices.length > MAX_SLICES) asked.push('…');
  return `${label} allows items of its slices only, and this item is in none of ${asked.join(', ')}.`;
}

function nameAt({ slices }: SlicingRule, place: number): string {
  return slices[place]?.name ?? '';
}
