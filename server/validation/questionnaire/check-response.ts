import type { JsonObject } from '../../kernel/json.ts';
import { containedResource } from '../references/contained-resource.ts';
import { addIssue, addIssueAt, rootResourceOf, shown, type Walk } from '../walk.ts';
import { checkItems } from './check-items.ts';
import { checkResponseConstraints } from './item-constraints.ts';
import { questionnaireItems } from './questionnaire-item.ts';
import { checkPeriod } from './response-period.ts';
import { responseTree } from './response-tree.ts';

/** A thousand groups with a thousand items each. */
const MAX_EXPECTED = 1_000_000;

/**
 * A QuestionnaireResponse against the Questionnaire that it answers, when that is at hand.
 * https://hl7.org/fhir/R4/questionnaireresponse.html
 */
export function checkQuestionnaireResponse(response: JsonObject, walk: Walk): void {
  const questionnaire = findQuestionnaire(response, walk);
  if (questionnaire === undefined) return;
  const questions = questionnaireItems(questionnaire);
  const isComplete = response.status === 'completed' || response.status === 'amended';
  const root = responseTree(response, questions.asked);
  checkPeriod(response, questionnaire, walk);
  checkItems(root, undefined, { questionnaire, questions, isComplete, walk, remaining: MAX_EXPECTED });
  checkResponseConstraints(response, questionnaire, walk);
}

function findQuestionnaire({ questionnaire: canonical }: JsonObject, walk: Walk): JsonObject | undefined {
  if (typeof canonical !== 'string') {
    const text = 'The answers are not checked, because the response names no questionnaire.';
    addIssue(walk, 'informational', text, 'information');
    return undefined;
  }
  if (canonical.startsWith('#')) {
    // That there is no such resource, or that it is something else, is told by the check of canonicals.
    const found = containedResource(rootResourceOf(walk), canonical);
    return found?.resourceType === 'Questionnaire' ? found : undefined;
  }
  const found = walk.canonicals.find('Questionnaire', canonical);
  if (found !== undefined) return found;
  const text = `The answers are not checked, because the questionnaire ${shown(canonical)} is not held here.`;
  addIssueAt(walk, ['questionnaire'], 'not-found', text, 'warning');
  return undefined;
}
