import { addIssue, shown } from '../walk.ts';
import type { AnswerCheck } from './answer-check.ts';
import { answerPattern } from './answer-pattern.ts';
import { extensionNumber, extensionText, ITEM_EXTENSIONS } from './item-extensions.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';

/** maxLength, minLength and regex of text, and line breaks in what is one line. */
export function textChecks({ type, definition }: QuestionnaireItem): readonly AnswerCheck[] {
  const checks: AnswerCheck[] = [];
  const least = extensionNumber(definition, ITEM_EXTENSIONS.minLength);
  const most = definition.maxLength;
  if (least !== undefined) checks.push(lengthCheck(`at least ${least}`, (length) => length >= least));
  if (typeof most === 'number') checks.push(lengthCheck(`at most ${most}`, (length) => length <= most));
  const pattern = extensionText(definition, ITEM_EXTENSIONS.regex);
  if (pattern !== undefined) {
    checks.push(patternCheck(pattern, extensionText(definition, ITEM_EXTENSIONS.entryFormat)));
  }
  if (type === 'string') checks.push(checkLines);
  return checks;
}

function lengthCheck(expected: string, isWithin: (length: number) => boolean): AnswerCheck {
  return ({ value }, walk) => {
    if (typeof value !== 'string' && typeof value !== 'number') return;
    // Characters, not UTF-16 units.
    const { length } = [...String(value)];
    if (!isWithin(length)) {
      addIssue(walk, 'value', `The answer has ${length} characters. Expected are ${expected}.`);
    }
  };
}

function patternCheck(pattern: string, format: string | undefined): AnswerCheck {
  const matches = answerPattern(pattern);
  const expected = format === undefined ? `what ${shown(pattern)} matches` : `${shown(format)} (${shown(pattern)})`;
  return ({ value }, walk) => {
    if (typeof value !== 'string' && typeof value !== 'number') return;
    const isMatch = matches(String(value), walk);
    if (isMatch === undefined) {
      addIssue(walk, 'processing', `The pattern ${shown(pattern)} could not be applied to the answer.`, 'warning');
    } else if (!isMatch)
      addIssue(walk, 'value', `"${shown(String(value))}" has the wrong form. Expected is ${expected}.`);
  };
}

const checkLines: AnswerCheck = ({ value }, walk) => {
  if (typeof value !== 'string' || !/[\r\n]/.test(value)) return;
  addIssue(walk, 'value', 'An answer to a string item is one line. Expected is text without line breaks.', 'warning');
};
