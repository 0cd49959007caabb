import type { IssueSeverity, IssueType } from '../../kernel/fault.ts';
import { addIssue } from '../walk.ts';
import type { Item } from './item.ts';
import type { OccurrenceRule, Visit } from './rule.ts';

/** An issue at the current path that names the profile. */
export function report({ walk, profile }: Visit, code: IssueType, text: string, severity?: IssueSeverity): void {
  addIssue(walk, code, `${text} (profile ${profile})`, severity);
}

/** The same for an item, at the path of its element. */
export function reportAt(item: Item, visit: Visit, text: string): void {
  const { path } = visit.walk;
  if (item.index !== undefined) path.push(item.index);
  report(visit, 'structure', text);
  if (item.index !== undefined) path.pop();
}

/** At the path of the element, whose items are the ones counted. */
export function checkCount(count: number, { label, min, max }: OccurrenceRule, visit: Visit): void {
  if (count < min) report(visit, 'required', `${label} must occur at least ${times(min)}, found: ${count}.`);
  else if (count > max) {
    const accepted = max === 0 ? 'must not be there' : `may occur at most ${times(max)}`;
    report(visit, 'structure', `${label} ${accepted}, found: ${count}.`);
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
