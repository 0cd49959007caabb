import { addIssue, addIssueAt, isFull, shown } from '../walk.ts';
import { checkAnswers, checkCount } from './check-answers.ts';
import { isEnabled } from './enable-when.ts';
import { checkItemConstraints } from './item-constraints.ts';
import { checkItemText } from './item-text.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';
import type { ResponseCheck } from './response-check.ts';
import type { ResponseNode } from './response-tree.ts';

/** Steps. Deeper than any form; the constraints of JSON text end long before, but not everything comes as text. */
const MAX_PATH = 1000;

/**
 * The items directly below a response, an item or an answer, against those of the questionnaire that may stand there;
 * the path leads to `container`.
 */
export function checkItems(container: ResponseNode, parent: QuestionnaireItem | undefined, check: ResponseCheck): void {
  const { walk } = check;
  if (isFull(walk)) return;
  if (walk.path.length > MAX_PATH) {
    addIssue(walk, 'too-costly', `Items are nested deeper than ${MAX_PATH / 2} levels. Those below are not checked.`);
    return;
  }
  const found = groupItems(container, parent, check);
  for (const [item, nodes] of found) {
    if (isEnabled(item, container) === false) reportDisabled(nodes, item, check);
    else checkOccurrences(nodes, item, check);
  }
  checkExpected(container, parent, found, check);
}

/** Items that are not there. */
function checkExpected(
  container: ResponseNode,
  parent: QuestionnaireItem | undefined,
  found: ReadonlyMap<QuestionnaireItem, unknown>,
  check: ResponseCheck,
): void {
  const { expected } = parent ?? check.questions;
  check.remaining -= expected.length;
  if (check.remaining < 0) {
    const text =
      'The response has too many items for all of them to be checked. What is missing here was not looked for.';
    addIssue(check.walk, 'too-costly', text, 'warning');
    return;
  }
  for (const item of expected) {
    if (!found.has(item) && isEnabled(item, container) === true) checkMissing(item, check);
  }
}

/** By item; those that stand elsewhere, out of order or nowhere in the questionnaire are reported. */
function groupItems(
  container: ResponseNode,
  parent: QuestionnaireItem | undefined,
  { questions, walk }: ResponseCheck,
): ReadonlyMap<QuestionnaireItem, readonly ResponseNode[]> {
  const found = new Map<QuestionnaireItem, ResponseNode[]>();
  let last: QuestionnaireItem | undefined;
  for (const node of container.items) {
    const linkId = String(node.value.linkId);
    const item = questions.byLinkId.get(linkId);
    const at = ['item', node.index, 'linkId'];
    if (item === undefined) {
      const text = `The questionnaire has no item "${shown(linkId)}". Expected is the linkId of one of its items.`;
      addIssueAt(walk, at, 'not-found', text);
    } else if (item.parent !== parent) {
      const place = item.parent === undefined ? 'outermost' : `below "${item.parent.linkId}"`;
      addIssueAt(
        walk,
        at,
        'structure',
        `Item "${shown(linkId)}" does not belong here. Expected is that it stands ${place}.`,
      );
    } else {
      if (last !== undefined && item.place < last.place) {
        const text = `Item "${shown(linkId)}" is out of order. Expected is that it stands before "${last.linkId}", as in the questionnaire.`;
        addIssueAt(walk, at, 'structure', text);
      } else last = item;
      const nodes = found.get(item);
      if (nodes === undefined) found.set(item, [node]);
      else nodes.push(node);
    }
  }
  return found;
}

function checkOccurrences(nodes: readonly ResponseNode[], item: QuestionnaireItem, check: ResponseCheck): void {
  const { walk } = check;
  const { length } = walk.path;
  const [first] = nodes;
  if (first === undefined) return;
  walk.path.push('item', first.index);
  checkCount(nodes, item, check);
  for (const node of nodes) {
    walk.path.length = length;
    walk.path.push('item', node.index);
    checkItem(node, item, check);
  }
  walk.path.length = length;
}

/** Below a group stand its items, below a question those of each answer. */
function checkItem(node: ResponseNode, item: QuestionnaireItem, check: ResponseCheck): void {
  const { walk } = check;
  checkItemText(node.value, item, walk);
  checkAnswers(node, item, check);
  checkItemConstraints(node.value, item, walk);
  if (item.type === 'group') {
    if (node.items.length === 0 && item.definition.required === true) reportEmptyGroup(item, check);
    checkItems(node, item, check);
    return;
  }
  // With answers beside the items qrs-1 says so.
  if (node.items.length > 0 && node.answers.length === 0) {
    const expected = item.type === 'display' ? 'no items' : 'items within its answers';
    addIssueAt(walk, ['item'], 'structure', `Item "${item.linkId}" is of type ${item.type}. Expected are ${expected}.`);
  }
  if (node.answers.length === 0 && item.type !== 'display' && item.definition.required === true) {
    reportMissing(item, check);
  }
  for (const answer of node.answers) {
    walk.path.push('answer', answer.index);
    checkItems(answer, item, check);
    walk.path.length -= 2;
  }
}

function reportDisabled(nodes: readonly ResponseNode[], { linkId }: QuestionnaireItem, { walk }: ResponseCheck): void {
  for (const node of nodes) {
    if (!hasAnswers(node)) continue;
    const text = `Item "${linkId}" is not enabled by the other answers (enableWhen). Expected is no answer to it.`;
    addIssueAt(walk, ['item', node.index], 'structure', text);
  }
}

function hasAnswers(node: ResponseNode): boolean {
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.answers.length > 0) return true;
    for (const item of next.items) open.push(item);
  }
  return false;
}

function checkMissing(item: QuestionnaireItem, check: ResponseCheck): void {
  if (item.definition.required === true) reportMissing(item, check);
  else checkCount([], item, check);
}

function reportMissing({ linkId, type }: QuestionnaireItem, { isComplete, walk }: ResponseCheck): void {
  const expected = type === 'group' ? 'the group with its items' : 'an answer';
  const text = `Item "${linkId}" is required. Expected is ${expected}.`;
  addIssue(walk, 'required', text, isComplete ? 'error' : 'warning');
}

function reportEmptyGroup({ linkId }: QuestionnaireItem, { isComplete, walk }: ResponseCheck): void {
  const text = `The group "${linkId}" is required. Expected are items within it.`;
  addIssue(walk, 'required', text, isComplete ? 'error' : 'warning');
}
