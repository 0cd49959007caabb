import { IntList } from './int-list.ts';
import type { ListsByKey } from './lists-by-key.ts';

/** More ancestors than any concept of a published release has by far. */
const MAX_ANCESTORS = 2000;

export interface Lineages {
  /** All ancestors of the concept and itself. */
  of(concept: number): Int32Array;
  readonly descendants: Int32Array;
}

/** A hierarchy that cannot be loaded: concepts of a circle, each a child of the next; or a concept that is too deep. */
export interface HierarchyFault {
  readonly kind: 'circle' | 'depth';
  readonly concepts: readonly number[];
}

/**
 * The transitive closure of "is a child of", parents before children.
 * @param parents for each concept of 0 … count - 1
 */
export function lineagesOf(count: number, parents: ListsByKey, children: ListsByKey): Lineages | HierarchyFault {
  const waiting = new Int32Array(count);
  const order = new Int32Array(count);
  let filled = 0;
  for (let concept = 0; concept < count; concept += 1) {
    waiting[concept] = parents.of(concept).length;
    if (waiting[concept] === 0) order[filled++] = concept;
  }
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  const seen = new Int32Array(count).fill(-1);
  const descendants = new Int32Array(count);
  const lines = new IntList();
  for (let place = 0; place < filled; place += 1) {
    const concept = order[place] ?? 0;
    starts[concept] = lines.length;
    lines.push(concept);
    for (const parent of parents.of(concept)) {
      for (let at = starts[parent] ?? 0; at < (ends[parent] ?? 0); at += 1) {
        const ancestor = lines.at(at);
        if (seen[ancestor] === concept) continue;
        seen[ancestor] = concept;
        descendants[ancestor] = (descendants[ancestor] ?? 0) + 1;
        lines.push(ancestor);
      }
    }
    ends[concept] = lines.length;
    if (lines.length - (starts[concept] ?? 0) > MAX_ANCESTORS + 1) return { kind: 'depth', concepts: [concept] };
    for (const child of children.of(concept)) {
      waiting[child] = (waiting[child] ?? 0) - 1;
      if (waiting[child] === 0) order[filled++] = child;
    }
  }
  if (filled < count) return { kind: 'circle', concepts: circle(waiting, parents) };
  return { of: (concept) => lines.slice(starts[concept], ends[concept]), descendants };
}

/** Whoever still waits has a parent who waits: following them ends in a circle. */
function circle(waiting: Int32Array, parents: ListsByKey): readonly number[] {
  const path: number[] = [];
  const places = new Map<number, number>();
  let concept = waiting.findIndex((count) => count > 0);
  while (!places.has(concept)) {
    places.set(concept, path.length);
    path.push(concept);
    concept = parents.of(concept).find((parent) => (waiting[parent] ?? 0) > 0) ?? concept;
  }
  return path.slice(places.get(concept));
}
