import type { JsonObject } from '../../kernel/json.ts';
import { isFull } from '../walk.ts';
import { askFirst } from './ask-first.ts';
import { contentOf, itemsOf, type Item } from './item.ts';
import { checkCount, report } from './report.ts';
import type { ContentRule, ElementRule, OccurrenceRule, SlicingRule, Visit } from './rule.ts';
import { sliceItems, type SlicedItems } from './slice-items.ts';
import { slicePlaces } from './slice-places.ts';

/** Checks a value and what is below it; the path leads to it. */
export function checkContent(item: Item, rule: ContentRule, visit: Visit): void {
  for (const check of rule.checks) check(item, visit);
  if (rule.elements.length === 0) return;
  const content = contentOf(item);
  for (const element of rule.elements) checkElement(content, element, visit);
}

function checkElement(owner: JsonObject, rule: ElementRule, visit: Visit): void {
  const { walk } = visit;
  if (isFull(walk)) return;
  const items = itemsOf(owner, rule.properties);
  if (items.length === 0 && rule.min === 0 && rule.slicing === undefined) return;
  walk.path.push(rule.name);
  checkCount(items.length, rule, visit);
  for (const item of items) checkOccurrence(item, rule, visit);
  if (rule.slicing !== undefined) checkSlices(items, rule.slicing, rule.label, visit);
  walk.path.pop();
}

/** At the path of the element; steps into the item. */
function checkOccurrence(item: Item, rule: OccurrenceRule, visit: Visit): void {
  const { path } = visit.walk;
  if (item.index !== undefined) path.push(item.index);
  if (rule.types === undefined || rule.types.accepts(item.type)) {
    checkContent(item, rule.content(item.type), visit);
  } else {
    const { codes } = rule.types;
    const accepted = codes.length === 1 ? codes.join() : `one of ${codes.join(', ')}`;
    report(visit, 'structure', `${rule.label} has the type ${item.type}. Expected is ${accepted}.`);
  }
  if (item.index !== undefined) path.pop();
}

function checkSlices(items: readonly Item[], slicing: SlicingRule, label: string, visit: Visit): void {
  const { open, mayAsk, walk } = visit;
  const before = open.length;
  const places = slicePlaces(items, slicing.slices, visit);
  const questions = mayAsk ? open.splice(before) : [];
  if (questions.length === 0) checkSliced(sliceItems(items, places, slicing, label, visit), slicing, visit);
  else askFirst(questions, walk, () => checkSlices(items, slicing, label, { ...visit, mayAsk: false }));
}

function checkSliced({ bySlice, unmatched }: SlicedItems, { slices, rest }: SlicingRule, visit: Visit): void {
  if (rest !== undefined) for (const item of unmatched) checkOccurrence(item, rest, visit);
  slices.forEach((slice, place) => {
    const own = bySlice[place] ?? [];
    checkCount(own.length, slice, visit);
    for (const item of own) checkOccurrence(item, slice, visit);
    if (slice.slicing !== undefined) checkSlices(own, slice.slicing, slice.label, visit);
  });
}
