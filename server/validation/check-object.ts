import { isObject, type JsonArray, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { checkPrimitive } from './check-primitive.ts';
import type { ObjectRule, PropertyRule } from './object-rule.ts';
import { checkChoices } from './rules/choice.ts';
import { checkExtension } from './rules/extension.ts';
import { checkRequired } from './rules/required.ts';
import { reportUnknown } from './rules/unknown-element.ts';
import { addIssue, isFull, shown, type Walk } from './walk.ts';

/** Checks a resource of any type at the current path. */
export function checkResource(resource: JsonObject, walk: Walk): void {
  const { resourceType } = resource;
  const rule = typeof resourceType === 'string' ? walk.resourceRule(resourceType) : undefined;
  if (rule !== undefined) checkObject(resource, rule, walk);
  else {
    const found =
      typeof resourceType === 'string' ? `"${shown(resourceType)}" is` : 'A resource without resourceType is';
    addIssue(
      walk,
      'structure',
      `${found} no resource type of FHIR R4. Expected is one such as Patient or Observation.`,
    );
  }
}

function checkObject(object: JsonObject, rule: ObjectRule, walk: Walk): void {
  if (isFull(walk)) return;
  let isEmpty = true;
  let choices = 0;
  // Not Object.entries: this runs for every object of every write.
  for (const key in object) {
    const value = object[key];
    if (value === undefined) continue;
    isEmpty = false;
    const property = rule.properties.get(key);
    if (property === undefined) {
      if (key !== 'resourceType' || !rule.isResource) reportUnknown(key, rule, walk);
      continue;
    }
    if (property.isChoice) choices += 1;
    walk.path.push(property.element);
    if (property.isList) checkList(value, property, object, walk);
    else checkSingle(value, property, object, walk);
    walk.path.pop();
  }
  if (isEmpty) addIssue(walk, 'structure', 'An object must not be empty. Leave the element out, or fill it.');
  else checkRequired(object, rule, walk);
  if (choices > 1) checkChoices(object, rule, walk);
  if (rule.name === 'Extension') checkExtension(object, choices > 0, walk);
}

function checkSingle(value: JsonValue, property: PropertyRule, owner: JsonObject, walk: Walk): void {
  if (Array.isArray(value)) {
    addIssue(walk, 'structure', `${property.name} occurs at most once. Expected one value without an array around it.`);
  } else if (value === null) {
    addIssue(walk, 'structure', `${property.name} must not be null. Leave the element out, or give it a value.`);
  } else checkValue(value, property, owner, property.name, walk);
}

function checkList(list: JsonValue, property: PropertyRule, owner: JsonObject, walk: Walk): void {
  if (!Array.isArray(list)) {
    addIssue(walk, 'structure', `${property.name} can repeat. Expected an array, even for a single value.`);
    return;
  }
  if (list.length === 0) {
    addIssue(walk, 'structure', `${property.name} must not be an empty array. Leave the element out, or fill it.`);
  }
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index];
    walk.path.push(index);
    if (item === undefined || item === null) checkGap(index, property, owner, walk);
    else checkValue(item, property, list, index, walk);
    walk.path.pop();
    if (isFull(walk)) return;
  }
}

/** null stands where the other of `given` and `_given` has something to say. https://hl7.org/fhir/R4/json.html#primitive */
function checkGap(index: number, { name, partner }: PropertyRule, owner: JsonObject, walk: Walk): void {
  if (partner === undefined) {
    addIssue(walk, 'structure', `${name} must not hold null. Leave the item out.`);
    return;
  }
  const others = owner[partner];
  const other = Array.isArray(others) ? others[index] : undefined;
  if (other === undefined || other === null) {
    addIssue(walk, 'structure', `null is only accepted where ${partner} has an item at the same place.`);
  }
}

function checkValue(
  value: JsonValue,
  property: PropertyRule,
  parent: JsonObject | JsonArray,
  key: string | number,
  walk: Walk,
): void {
  const { content } = property;
  if (content.kind === 'primitive') {
    checkPrimitive(value, content, parent, key, walk);
    return;
  }
  if (!isObject(value)) {
    const what = content.kind === 'object' ? content.name : 'resource';
    addIssue(walk, 'structure', `Expected a JSON object with the elements of a ${what}.`);
    return;
  }
  if (content.kind === 'object') {
    checkObject(value, content, walk);
    return;
  }
  checkResource(value, walk);
  if (content.kind === 'contained' && value.contained !== undefined) {
    addIssue(walk, 'structure', 'A contained resource must not contain others. Put them beside it.');
  }
}
