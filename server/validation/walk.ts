import type { Issue, IssueType } from '../kernel/fault.ts';
import type { ObjectRule } from './object-rule.ts';

/** More than that help nobody, and each costs memory. */
const MAX_ISSUES = 100;
const MAX_SHOWN = 64;

/** The state of one validation. */
export interface Walk {
  readonly issues: Issue[];
  /** Element names and indices from the resource down to what is checked now. */
  readonly path: (string | number)[];
  /** Undefined when it is no resource type of R4. */
  resourceRule(type: string): ObjectRule | undefined;
}

/** Adds an error at the current path. */
export function addIssue(walk: Walk, code: IssueType, text: string): void {
  if (!isFull(walk)) walk.issues.push({ severity: 'error', code, text, expression: [expressionOf(walk.path)] });
}

export function isFull({ issues }: Walk): boolean {
  return issues.length >= MAX_ISSUES;
}

/** What a client sent, short enough to be sent back. */
export function shown(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

function expressionOf(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`;
  return text;
}
