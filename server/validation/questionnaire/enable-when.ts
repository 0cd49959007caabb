import type { JsonObject } from '../../kernel/json.ts';
import { compareValues, equalValues } from './compare-values.ts';
import { extensionsOf, ITEM_EXTENSIONS, typedValue, type TypedValue } from './item-extensions.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';
import type { ResponseNode } from './response-tree.ts';

/**
 * Whether an item is enabled where it stands or would stand: below `container`. Undefined when an expression decides,
 * which may use variables and launch contexts that are not at hand.
 * https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen
 */
export function isEnabled({ definition }: QuestionnaireItem, container: ResponseNode): boolean | undefined {
  const { enableWhen, enableBehavior } = definition;
  if (extensionsOf(definition, ITEM_EXTENSIONS.enableWhenExpression).length > 0) return undefined;
  if (!Array.isArray(enableWhen) || enableWhen.length === 0) return true;
  const holds = (condition: unknown): boolean => isCondition(condition) && isMet(condition, container);
  return enableBehavior === 'any' ? enableWhen.some(holds) : enableWhen.every(holds);
}

function isCondition(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Asked {
  readonly answers: readonly TypedValue[];
  /** What conditions came to; the same for every place from which they look at these answers. */
  readonly results: Map<JsonObject, boolean>;
}

const known = new WeakMap<readonly ResponseNode[], Asked>();

function isMet(condition: JsonObject, container: ResponseNode): boolean {
  const { answers, results } = askedAnswers(nearestItems(String(condition.question), container));
  let result = results.get(condition);
  if (result === undefined) results.set(condition, (result = isMetBy(answers, condition)));
  return result;
}

function askedAnswers(items: readonly ResponseNode[]): Asked {
  let asked = known.get(items);
  if (asked === undefined) {
    const answers = items.flatMap((item) => item.answers.flatMap(({ value }) => typedValue(value) ?? []));
    known.set(items, (asked = { answers, results: new Map<JsonObject, boolean>() }));
  }
  return asked;
}

function isMetBy(answers: readonly TypedValue[], condition: JsonObject): boolean {
  const { operator } = condition;
  if (operator === 'exists') return answers.length > 0 === condition.answerBoolean;
  const wanted = typedValue(condition, 'answer');
  if (wanted === undefined) return false;
  if (operator === '!=') return answers.length > 0 && !answers.some((answer) => equalValues(answer, wanted));
  return answers.some((answer) => isRelated(answer, String(operator), wanted));
}

function isRelated(answer: TypedValue, operator: string, wanted: TypedValue): boolean {
  if (operator === '=') return equalValues(answer, wanted);
  const order = compareValues(answer, wanted);
  if (order === undefined) return false;
  switch (operator) {
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    case '>=':
      return order >= 0;
    default:
      return order <= 0;
  }
}

const NONE: readonly ResponseNode[] = [];

/** In repeating groups the nearest one counts: the question in the same group, then in the groups around it. */
function nearestItems(linkId: string, container: ResponseNode): readonly ResponseNode[] {
  for (let at: ResponseNode | undefined = container; at !== undefined; at = at.above) {
    const items = at.asked?.get(linkId);
    if (items !== undefined) return items;
  }
  return NONE;
}
