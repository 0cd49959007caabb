import type { JsonValue } from '../../kernel/json.ts';
import type { CodedValue, CodingProblem } from '../code-checker.ts';
import { addIssueAt, askCodes, type Walk } from '../walk.ts';

export function codedValue(
  system: JsonValue | undefined,
  version: JsonValue | undefined,
  code: JsonValue | undefined,
  display: JsonValue | undefined,
): CodedValue {
  return {
    ...(typeof system === 'string' ? { system } : {}),
    ...(typeof version === 'string' ? { version } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof display === 'string' ? { display } : {}),
  };
}

/** What is wrong with codes in their systems; many at once, as definitions list them. */
export function askCodesOf(
  codings: readonly CodedValue[],
  walk: Walk,
  report: (problems: readonly CodingProblem[], walk: Walk) => void,
): void {
  if (codings.length === 0) return;
  askCodes(walk, { codings, impliesSystem: false }, ({ problems }, later) => report(problems, later));
}

/** As warnings: systems come in versions, and the one at hand may not be the one that was meant. */
export function reportProblems(
  problems: readonly CodingProblem[],
  stepsTo: (coding: number) => readonly (string | number)[],
  walk: Walk,
): void {
  for (const { coding, about, text } of problems) {
    if (about !== 'code' && about !== 'display') continue;
    addIssueAt(walk, [...stepsTo(coding), about], 'code-invalid', text, 'warning');
  }
}
