import type { JsonObject } from '../../kernel/json.ts';
import type { ObjectRule } from '../object-rule.ts';
import { addIssue, type Walk } from '../walk.ts';

/** Elements that must be there; an extension in place of a primitive's value will do. */
export function checkRequired(object: JsonObject, rule: ObjectRule, walk: Walk): void {
  for (const { element, names, accepted } of rule.required) {
    let isPresent = false;
    for (const name of names) isPresent ||= object[name] !== undefined;
    if (isPresent || isTolerated(object, rule, element)) continue;
    walk.path.push(element);
    addIssue(walk, 'required', `${rule.name} needs ${accepted}.`);
    walk.path.pop();
  }
}

/** HL7's own example Questionnaire/qs1 has display items without linkId; as nobody answers them, nothing is lost. */
function isTolerated({ type }: JsonObject, { name }: ObjectRule, element: string): boolean {
  return element === 'linkId' && type === 'display' && name === 'Questionnaire.item';
}
