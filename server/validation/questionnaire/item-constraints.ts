import type { ConstraintDef } from '../../definitions/definitions.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import { checkConstraints } from '../constraints.ts';
import { addIssue, type Walk } from '../walk.ts';
import { extensionsOf, ITEM_EXTENSIONS, typedValue } from './item-extensions.ts';
import type { QuestionnaireItem } from './questionnaire-item.ts';

type Check = (value: JsonObject, walk: Walk) => void;

const known = new WeakMap<JsonObject, readonly Check[]>();

/** questionnaire-constraint of an item: FHIRPath on the item of the response. */
export function checkItemConstraints(value: JsonObject, { definition }: QuestionnaireItem, walk: Walk): void {
  checkAll(value, definition, 'QuestionnaireResponse.item', walk);
}

/** questionnaire-constraint of the questionnaire: FHIRPath on the response. */
export function checkResponseConstraints(response: JsonObject, questionnaire: JsonObject, walk: Walk): void {
  checkAll(response, questionnaire, 'QuestionnaireResponse', walk);
}

function checkAll(value: JsonObject, owner: JsonObject, type: string, walk: Walk): void {
  if (owner.extension === undefined) return;
  let checks = known.get(owner);
  if (checks === undefined) known.set(owner, (checks = createChecks(owner, type, walk)));
  for (const check of checks) check(value, walk);
}

function createChecks(owner: JsonObject, type: string, { env }: Walk): readonly Check[] {
  return constraintsOf(owner).map((constraint): Check => {
    try {
      const check = checkConstraints([constraint], type, env.definitions);
      return (value, walk) => check(value, undefined, undefined, walk);
    } catch {
      const text = `The constraint ${constraint.key} of the questionnaire is no FHIRPath that can be evaluated here.`;
      return (_value, walk) => addIssue(walk, 'processing', text, 'warning');
    }
  });
}

function constraintsOf(owner: JsonObject): readonly ConstraintDef[] {
  return extensionsOf(owner, ITEM_EXTENSIONS.constraint).flatMap(({ extension }) => {
    const parts = new Map<unknown, unknown>();
    for (const part of Array.isArray(extension) ? extension : []) {
      if (isObject(part)) parts.set(part.url, typedValue(part)?.value);
    }
    const expression = parts.get('expression');
    if (typeof expression !== 'string') return [];
    const severity = parts.get('severity') === 'warning' ? 'warning' : 'error';
    const key = String(parts.get('key'));
    return [{ key, severity, human: String(parts.get('human')), expression, isBestPractice: false }];
  });
}
