import { addIssue, addIssueAt } from '../walk.ts';
import { checkAnswerType } from './answer-type.ts';
import { checkExclusive } from './exclusive-options.ts';
import { typedValue } from './item-extensions.ts';
import { itemRules } from './item-rules.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';
import type { ResponseNode } from './response-tree.ts';
import type { ResponseCheck } from './response-check.ts';

/** The answers of one item of a response; the path leads to that item. */
export function checkAnswers(
  node: ResponseNode,
  item: QuestionnaireItem,
  { questionnaire, walk }: ResponseCheck,
): void {
  if (node.answers.length === 0) return;
  if (item.type === 'group' || item.type === 'display') {
    const expected = item.type === 'group' ? 'are items within it, and no answer' : 'is no answer';
    const text = `Item "${item.linkId}" is of type ${item.type}. Expected ${expected}.`;
    addIssueAt(walk, ['answer'], 'structure', text);
    return;
  }
  const { types, checks } = itemRules(item, questionnaire);
  for (const { value, index } of node.answers) {
    const answer = typedValue(value);
    if (answer === undefined) continue;
    walk.path.push('answer', index, 'value');
    if (checkAnswerType(answer, item, types, walk)) for (const check of checks) check(answer, walk);
    walk.path.length -= 3;
  }
}

/** All answers of a question, over all items with its linkId, or all occurrences of a group: how many, and whether together. */
export function checkCount(
  nodes: readonly ResponseNode[],
  item: QuestionnaireItem,
  { isComplete, questionnaire, walk }: ResponseCheck,
): void {
  const { definition, linkId, type } = item;
  const isGroup = type === 'group';
  const count = isGroup ? nodes.length : nodes.reduce((sum, { answers }) => sum + answers.length, 0);
  if (count > 1 && definition.repeats !== true) {
    const expected = isGroup ? 'one group' : 'one answer';
    addIssue(walk, 'structure', `Item "${linkId}" does not repeat. Expected is ${expected}, found: ${count}.`);
  }
  const { minOccurs: least, maxOccurs: most, exclusive } = itemRules(item, questionnaire);
  checkExclusive(nodes, exclusive, walk);
  if (most !== undefined && count > most) {
    addIssue(walk, 'structure', `${counted(item, count)}. Expected are at most ${most}.`);
  }
  if (least !== undefined && count < least && (count > 0 || definition.required !== true)) {
    const severity = isComplete ? 'error' : 'warning';
    addIssue(walk, 'required', `${counted(item, count)}. Expected are at least ${least}.`, severity);
  }
}

function counted({ linkId, type }: QuestionnaireItem, count: number): string {
  if (type === 'group') return `The group "${linkId}" occurs ${count} times`;
  return `Item "${linkId}" has ${count} ${count === 1 ? 'answer' : 'answers'}`;
}
