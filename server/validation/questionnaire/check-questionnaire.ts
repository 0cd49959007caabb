import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';
import { answerTypes } from './answer-type.ts';
import { typedValue } from './item-extensions.ts';
import { questionnaireItems, type QuestionnaireItem, type QuestionnaireItems } from './questionnaire-item.ts';

/**
 * What the items of a Questionnaire ask of each other: linkIds of their own, conditions that lead to questions which
 * come before them and can have such an answer, initial values that are possible answers.
 * https://hl7.org/fhir/R4/questionnaire.html
 */
export function checkQuestionnaire(questionnaire: JsonObject, walk: Walk): void {
  const items = questionnaireItems(questionnaire);
  checkLinkIds(items, walk);
  for (const item of items.ordered) {
    checkConditions(item, items, walk);
    checkInitial(item, walk);
  }
}

function checkLinkIds({ ordered }: QuestionnaireItems, walk: Walk): void {
  const seen = new Set<string>();
  for (const item of ordered) {
    if (item.linkId !== '' && seen.has(item.linkId)) {
      const text = `There is an item with the linkId "${shown(item.linkId)}" already (que-2). Expected is a linkId of its own.`;
      addIssueAt(walk, [...pathOf(item), 'linkId'], 'duplicate', text);
    }
    seen.add(item.linkId);
  }
}

function checkConditions(item: QuestionnaireItem, { byLinkId }: QuestionnaireItems, walk: Walk): void {
  const { enableWhen, enableBehavior } = item.definition;
  if (!Array.isArray(enableWhen)) return;
  if (enableWhen.length > 1 && enableBehavior === undefined) {
    // The expression that R4 publishes for que-12 lets two conditions pass; its text does not.
    const text = 'Several conditions need an enableBehavior (que-12). Expected is all or any.';
    addIssueAt(walk, [...pathOf(item), 'enableBehavior'], 'required', text);
  }
  enableWhen.forEach((condition, index) => {
    if (!isObject(condition)) return;
    const target = byLinkId.get(String(condition.question));
    const at = [...pathOf(item), 'enableWhen', index];
    if (target === undefined) reportUnknown(condition, at, walk);
    else checkCondition(condition, item, target, at, walk);
  });
}

function reportUnknown({ question }: JsonObject, at: readonly (string | number)[], walk: Walk): void {
  const text = `The questionnaire has no item "${shown(String(question))}". Expected is the linkId of a question.`;
  addIssueAt(walk, [...at, 'question'], 'not-found', text);
}

function checkCondition(
  condition: JsonObject,
  item: QuestionnaireItem,
  target: QuestionnaireItem,
  at: readonly (string | number)[],
  walk: Walk,
): void {
  if (isWithin(target, item)) {
    const what = target === item ? 'itself' : 'an item within itself';
    const text = `Item "${item.linkId}" cannot depend on ${what}. Expected is a question outside of it.`;
    addIssueAt(walk, [...at, 'question'], 'business-rule', text);
    return;
  }
  if (target.position > item.position) {
    const text = `Item "${target.linkId}" comes after "${item.linkId}", which depends on it. Expected is a question before it.`;
    addIssueAt(walk, [...at, 'question'], 'business-rule', text, 'warning');
  }
  const answer = typedValue(condition, 'answer');
  if (condition.operator === 'exists' || answer === undefined) return;
  const types = target.type === 'group' || target.type === 'display' ? [] : answerTypes(target);
  if (types === undefined || types.some((type) => isComparable(type, answer.type))) return;
  const expected = types.length === 0 ? 'a condition on a question' : types.map((type) => `answer${type}`).join(' or ');
  const text = `Item "${target.linkId}" is of type ${target.type}, it never has a ${answer.type} as its answer. Expected is ${expected}.`;
  addIssueAt(walk, [...at, 'answer'], 'value', text);
}

function checkInitial(item: QuestionnaireItem, walk: Walk): void {
  const { initial } = item.definition;
  if (!Array.isArray(initial)) return;
  const types = answerTypes(item);
  if (types === undefined) return;
  initial.forEach((entry, index) => {
    const value = isObject(entry) ? typedValue(entry) : undefined;
    if (value === undefined || types.includes(value.type)) return;
    const expected = types.map((type) => `value${type}`).join(' or ');
    const text = `${value.property} is no answer to a ${item.type} item. Expected is ${expected}.`;
    addIssueAt(walk, [...pathOf(item), 'initial', index, 'value'], 'value', text);
  });
}

const COMPARABLE = [
  ['Decimal', 'Integer'],
  ['Date', 'DateTime'],
  ['String', 'Uri'],
];

function isComparable(a: string, b: string): boolean {
  return a === b || COMPARABLE.some((types) => types.includes(a) && types.includes(b));
}

function isWithin(item: QuestionnaireItem, outer: QuestionnaireItem): boolean {
  for (let at: QuestionnaireItem | undefined = item; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}

function pathOf(item: QuestionnaireItem): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: QuestionnaireItem | undefined = item; at !== undefined; at = at.parent) path.unshift('item', at.place);
  return path;
}
