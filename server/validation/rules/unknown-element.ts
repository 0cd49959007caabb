import type { ObjectRule } from '../object-rule.ts';
import { addIssue, isFull, shown, type Walk } from '../walk.ts';

const MAX_SUGGESTIONS = 5;

/** Names what was probably meant: FHIR has no additional properties, data of one's own stand in extensions. */
export function reportUnknown(key: string, rule: ObjectRule, walk: Walk): void {
  if (isFull(walk)) return;
  const name = shown(key);
  const closest = closestNames(name, rule).join(', ');
  walk.path.push(name);
  addIssue(walk, 'structure', `"${name}" is no element of ${rule.name}. The closest are: ${closest}.`);
  walk.path.pop();
}

function closestNames(name: string, rule: ObjectRule): readonly string[] {
  const lower = name.toLowerCase();
  return [...rule.properties.keys()]
    .filter((candidate) => !candidate.startsWith('_') || name.startsWith('_'))
    .map((candidate) => ({ candidate, distance: distanceOf(lower, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ candidate }) => candidate);
}

/** `value` is meant as valueString or valueQuantity, so a common start counts more than edits. */
function distanceOf(name: string, candidate: string): number {
  return candidate.startsWith(name) ? 0 : editDistance(name, candidate);
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
