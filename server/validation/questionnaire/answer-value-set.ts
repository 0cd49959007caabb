import { isObject, type JsonObject } from '../../kernel/json.ts';
import type { CodeAnswer, CodedValue } from '../code-checker.ts';
import { containedResource } from '../references/contained-resource.ts';
import { addIssue, askCodes, shown, type Walk } from '../walk.ts';
import type { AnswerCheck } from './answer-check.ts';
import { containedMembership } from './contained-value-set.ts';
import type { TypedValue } from './item-extensions.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';

/** Codings are in the value set of the item; so are texts, as codes or names, where no open choice allows others. */
export function valueSetChecks(item: QuestionnaireItem, questionnaire: JsonObject): readonly AnswerCheck[] {
  const { answerValueSet } = item.definition;
  if (typeof answerValueSet !== 'string') return [];
  if (!answerValueSet.startsWith('#')) return [valueSetCheck(answerValueSet, item)];
  const valueSet = containedResource(questionnaire, answerValueSet);
  return valueSet?.resourceType === 'ValueSet' ? [containedCheck(valueSet, answerValueSet, item)] : [];
}

function valueSetCheck(valueSet: string, item: QuestionnaireItem): AnswerCheck {
  return (answer, walk) => {
    const coding = codingOf(answer, item);
    if (coding === undefined) return;
    const question = { valueSet, codings: [coding], impliesSystem: answer.type === 'String' };
    askCodes(walk, question, (result, later) => reportMembership(result, coding, valueSet, later));
  };
}

function containedCheck(valueSet: JsonObject, name: string, item: QuestionnaireItem): AnswerCheck {
  const isMember = containedMembership(valueSet);
  return (answer, walk) => {
    const coding = codingOf(answer, item);
    if (coding === undefined || isMember(coding) !== false) return;
    const text = `${shownCoding(coding)} is not in the value set ${shown(name)}. Expected is one of its codes.`;
    addIssue(walk, 'code-invalid', text);
  };
}

/** Undefined for what needs not be in the value set. */
function codingOf({ type, value }: TypedValue, item: QuestionnaireItem): CodedValue | undefined {
  if (type === 'String' && typeof value === 'string' && item.type !== 'open-choice') return { code: value };
  if (type !== 'Coding' || !isObject(value) || typeof value.code !== 'string') return undefined;
  const { system, version, code, display } = value;
  return {
    code,
    ...(typeof system === 'string' ? { system } : {}),
    ...(typeof version === 'string' ? { version } : {}),
    ...(typeof display === 'string' ? { display } : {}),
  };
}

function reportMembership(
  { isMember, problems, accepted }: CodeAnswer,
  coding: CodedValue,
  valueSet: string,
  walk: Walk,
): void {
  if (isMember === false) {
    const expected = accepted ?? 'one of its codes';
    const text = `${shownCoding(coding)} is not in the value set ${valueSet}. Expected is ${expected}.`;
    addIssue(walk, 'code-invalid', text);
  } else if (isMember === undefined && problems.length === 0) {
    const text = `Whether ${shownCoding(coding)} is in ${valueSet} cannot be told: it, or a code system of it, is not held here.`;
    addIssue(walk, 'not-supported', text, 'warning');
  }
}

function shownCoding({ system, code }: CodedValue): string {
  const name = shown(code ?? '');
  return system === undefined ? `"${name}"` : `"${name}" of ${shown(system)}`;
}
