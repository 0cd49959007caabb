import type { JsonObject } from '../../kernel/json.ts';
import type { ObjectRule } from '../object-rule.ts';
import { addIssue, type Walk } from '../walk.ts';

/**
 * Elements that must be there; an extension in place of a primitive's value will do.
 * @param present the bits of those that are
 */
export function checkRequired(object: JsonObject, rule: ObjectRule, present: number, walk: Walk): void {
  for (const { element, bit, accepted } of rule.required) {
    if ((present & bit) !== 0 || isTolerated(object, rule, element, walk)) continue;
    walk.path.push(element);
    addIssue(walk, 'required', `${rule.name} needs ${accepted}.`);
    walk.path.pop();
  }
}

/**
 * HL7's own example Questionnaire/qs1 has display items without linkId; as nobody answers them, nothing is lost, and they
 * can be stored where the structure alone matters.
 */
function isTolerated({ type }: JsonObject, { name }: ObjectRule, element: string, { options }: Walk): boolean {
  return options.level === 'structure' && element === 'linkId' && type === 'display' && name === 'Questionnaire.item';
}
