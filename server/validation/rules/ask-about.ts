import type { ElementDef } from '../../definitions/definitions.ts';
import type { IssueSeverity } from '../../kernel/fault.ts';
import type { CodeAnswer, CodedValue, CodingProblem } from '../code-checker.ts';
import { addIssue, addIssueAt, askCodes, shown, type Walk } from '../walk.ts';

/** How a coded value is written, and with it where its parts stand. */
export type CodedForm = 'text' | 'coding' | 'concept' | 'quantity';

type Binding = NonNullable<ElementDef['binding']>;

const SEVERITIES = { required: 'error', extensible: 'warning', preferred: 'information' } as const;

/** Asks terminology about the value at the current path, and reports what is wrong with it. */
export function askAbout(
  codings: readonly CodedValue[],
  form: CodedForm,
  binding: Binding | undefined,
  walk: Walk,
): void {
  const severity = severityOf(binding, walk);
  const { valueSet, maxValueSet } = binding ?? {};
  if (valueSet !== undefined && severity !== undefined) ask(codings, form, { valueSet, severity }, walk);
  if (maxValueSet !== undefined) {
    const isSecond = severity !== undefined;
    ask(codings, form, { valueSet: maxValueSet, severity: 'error', isSecond }, walk);
  } else if (severity === undefined && form !== 'text') {
    askCodes(walk, { codings, impliesSystem: false }, ({ problems }) => reportProblems(problems, form, walk));
  }
}

/** Undefined: whether the codes are in the value set makes no difference. */
function severityOf(binding: Binding | undefined, { options }: Walk): IssueSeverity | undefined {
  if (binding === undefined || binding.strength === 'example') return undefined;
  if (binding.strength === 'preferred' && options.preferredCodes !== true) return undefined;
  return SEVERITIES[binding.strength];
}

interface Membership {
  readonly valueSet: string;
  /** When no code is in the value set. */
  readonly severity: IssueSeverity;
  /** What is wrong with the codings themselves was reported before. */
  readonly isSecond?: boolean;
}

function ask(codings: readonly CodedValue[], form: CodedForm, membership: Membership, walk: Walk): void {
  const { valueSet } = membership;
  askCodes(walk, { valueSet, codings, impliesSystem: form === 'text' }, (answer) =>
    report(answer, codings, form, membership, walk),
  );
}

function report(
  { isMember, problems, accepted }: CodeAnswer,
  codings: readonly CodedValue[],
  form: CodedForm,
  { valueSet, severity, isSecond = false }: Membership,
  walk: Walk,
): void {
  if (isMember === false) {
    const text = `${failure(codings)} in the value set ${valueSet}. Expected is ${accepted ?? 'one of its codes'}.`;
    addIssue(walk, 'code-invalid', text, severity);
  } else if (isMember === undefined && problems.length === 0) {
    const text = `It cannot be told here whether the code is in the value set ${valueSet}: it, or a code system of it, is not held.`;
    // Some bindings of R4 name web pages about codes, which no server will ever hold.
    const isHeld = walk.canonicals.find('ValueSet', valueSet) !== undefined;
    addIssue(walk, 'not-supported', text, isHeld && severity === 'error' ? 'warning' : 'information');
  }
  // A code that is not in a value set of the type `code` is not worth a second issue for being unknown.
  if (!isSecond && (form !== 'text' || isMember !== false)) reportProblems(problems, form, walk);
}

function reportProblems(problems: readonly CodingProblem[], form: CodedForm, walk: Walk): void {
  for (const { coding, about, severity, text } of problems) {
    const code = about === 'code' || about === 'display' ? 'code-invalid' : 'not-found';
    // The code carries the meaning; real records hold many displays that are shortened, translated or old.
    const isPassed = about === 'display' && severity === 'error' && walk.options.refuseWrongDisplays !== true;
    addIssueAt(walk, stepsTo(coding, about, form), code, text, isPassed ? 'warning' : severity);
  }
}

function stepsTo(coding: number, about: CodingProblem['about'], form: CodedForm): readonly (string | number)[] {
  if (form === 'text') return [];
  return form === 'concept' ? ['coding', coding, about] : [about];
}

function failure([only, ...others]: readonly CodedValue[]): string {
  if (others.length > 0) return 'None of the codings is';
  const system = only?.system === undefined ? '' : ` of ${shown(only.system)}`;
  return `"${shown(only?.code ?? '')}"${system} is not`;
}
