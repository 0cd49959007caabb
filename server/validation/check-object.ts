import { isObject, type JsonArray, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { checkPrimitive } from './check-primitive.ts';
import type { ObjectRule, PropertyRule } from './object-rule.ts';
import { checkChoices } from './rules/choice.ts';
import { checkExtension } from './rules/extension.ts';
import { checkOnlyId } from './rules/only-id.ts';
import { checkRequired } from './rules/required.ts';
import { reportUnknown } from './rules/unknown-element.ts';
import { addIssue, isFull, shown, type ResourceRule, type Walk } from './walk.ts';

/** Finds the rule of a resource type; undefined when it is no resource type of R4. */
export type RuleOf = (type: string) => ObjectRule | undefined;

/*
 * Rules are tables that these functions walk, not generated code. Measured on one core (test/bench/validation): 99,000
 * Patients of 1.7 kB a second for their structure, 58,000 with constraints, codes and rules; the walk itself is a fourth
 * of that, so that generated code could not win much.
 *
 * The functions return whether the JSON has the shape that the definitions give it: objects, arrays and primitives
 * where they belong. Only then can constraints, bindings, profiles and rules look at it without minding every oddity.
 */

/** Checks a resource of any type at the current path. `owner` is the object that holds it. */
export function checkResource(
  resource: JsonObject,
  ruleOf: RuleOf,
  walk: Walk,
  owner?: JsonObject,
  isContained = false,
): boolean {
  const { resourceType } = resource;
  const rule = typeof resourceType === 'string' ? ruleOf(resourceType) : undefined;
  if (rule === undefined) {
    reportType(resourceType, walk);
    return false;
  }
  const depth = walk.path.length;
  walk.resources.push(owner === undefined ? { resource, isContained, depth } : { resource, isContained, depth, owner });
  const isSound = checkObject(resource, rule, walk);
  if (isSound && walk.options.level !== 'structure') applyRules(resource, rule.name, walk);
  walk.resources.pop();
  return isSound;
}

function applyRules(resource: JsonObject, type: string, walk: Walk): void {
  const { rules, profiles } = walk.env;
  applyAll(rules?.get('*'), resource, walk);
  applyAll(rules?.get(type), resource, walk);
  profiles?.(resource, walk);
}

function applyAll(rules: readonly ResourceRule[] | undefined, resource: JsonObject, walk: Walk): void {
  if (rules !== undefined) for (const rule of rules) rule(resource, walk);
}

function reportType(resourceType: JsonValue | undefined, walk: Walk): void {
  const found = typeof resourceType === 'string' ? `"${shown(resourceType)}" is` : 'A resource without resourceType is';
  addIssue(walk, 'structure', `${found} no resource type of FHIR R4. Expected is one such as Patient or Observation.`);
}

function checkObject(object: JsonObject, rule: ObjectRule, walk: Walk): boolean {
  if (isFull(walk)) return false;
  let isEmpty = true;
  let isSound = true;
  let chosen = 0;
  let isChosenTwice = false;
  let present = 0;
  walk.objects.push(object);
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
    if ((chosen & property.choiceBit) !== 0) isChosenTwice = true;
    chosen |= property.choiceBit;
    present |= property.requiredBit;
    if (!property.isList && value !== null && property.isQuicklyDone?.(value, object) === true) continue;
    walk.path.push(property.element);
    walk.elements.push(property);
    const isChildSound = property.isList
      ? checkList(value, property, object, walk)
      : checkSingle(value, property, object, walk);
    isSound = isChildSound && isSound;
    walk.path.pop();
    walk.elements.pop();
  }
  const { errors } = walk;
  if (isEmpty) addIssue(walk, 'structure', 'An object must not be empty. Leave the element out, or fill it.');
  else if (present !== rule.requiredBits) checkRequired(object, rule, present, walk);
  if (isChosenTwice) checkChoices(object, rule, walk);
  if (rule.name === 'Extension') checkExtension(object, chosen !== 0, walk);
  // Constraints on what is incomplete would only say so once more, and less clearly.
  if (isSound && walk.errors === errors && walk.options.level !== 'structure') {
    for (const check of rule.checks()) check(object, walk);
  }
  walk.objects.pop();
  return isSound;
}

function checkSingle(value: JsonValue, property: PropertyRule, owner: JsonObject, walk: Walk): boolean {
  if (Array.isArray(value)) {
    addIssue(walk, 'structure', `${property.name} occurs at most once. Expected one value without an array around it.`);
    return false;
  }
  if (value === null) {
    addIssue(walk, 'structure', `${property.name} must not be null. Leave the element out, or give it a value.`);
    return false;
  }
  return checkValue(value, property, owner, property.name, owner, walk);
}

function checkList(list: JsonValue, property: PropertyRule, owner: JsonObject, walk: Walk): boolean {
  if (!Array.isArray(list)) {
    addIssue(walk, 'structure', `${property.name} can repeat. Expected an array, even for a single value.`);
    return false;
  }
  if (list.length === 0) {
    addIssue(walk, 'structure', `${property.name} must not be an empty array. Leave the element out, or fill it.`);
  }
  let isSound = true;
  for (let index = 0; index < list.length && !isFull(walk); index += 1) {
    const item = list[index];
    if (item !== undefined && item !== null && property.isQuicklyDone?.(item, list) === true) continue;
    walk.path.push(index);
    const isItemSound =
      item === undefined || item === null
        ? checkGap(index, property, owner, walk)
        : checkValue(item, property, list, index, owner, walk);
    isSound = isItemSound && isSound;
    walk.path.pop();
  }
  return isSound;
}

/** null stands where the other of `given` and `_given` has something to say. https://hl7.org/fhir/R4/json.html#primitive */
function checkGap(index: number, { name, partner }: PropertyRule, owner: JsonObject, walk: Walk): boolean {
  if (partner === undefined) {
    addIssue(walk, 'structure', `${name} must not hold null. Leave the item out.`);
    return false;
  }
  const others = owner[partner];
  const other = Array.isArray(others) ? others[index] : undefined;
  if (other === undefined || other === null) {
    addIssue(walk, 'structure', `null is only accepted where ${partner} has an item at the same place.`);
  }
  return true;
}

function checkValue(
  value: JsonValue,
  property: PropertyRule,
  parent: JsonObject | JsonArray,
  key: string | number,
  owner: JsonObject,
  walk: Walk,
): boolean {
  const { content } = property;
  const isPrimitive = content.kind === 'primitive';
  const { errors } = walk;
  const isSound = isPrimitive
    ? checkPrimitive(value, content, parent, key, walk)
    : checkComplex(value, content, owner, walk);
  // Whether a malformed code is in a value set is no question.
  const isToBeChecked = isPrimitive ? isSound && walk.errors === errors : isSound;
  if (isToBeChecked && walk.options.level !== 'structure') {
    if (content.kind === 'object') checkOnlyId(value as JsonObject, property, owner, key, walk);
    for (const check of property.checks()) check(value, parent, key, walk);
  }
  return isSound;
}

function checkComplex(
  value: JsonValue,
  content: Exclude<PropertyRule['content'], { readonly kind: 'primitive' }>,
  owner: JsonObject,
  walk: Walk,
): boolean {
  if (!isObject(value)) {
    const what = content.kind === 'object' ? content.name : 'resource';
    addIssue(walk, 'structure', `Expected a JSON object with the elements of a ${what}.`);
    return false;
  }
  if (content.kind === 'object') return checkObject(value, content, walk);
  const isContained = content.kind === 'contained';
  const isSound = checkResource(value, content.ruleOf, walk, owner, isContained);
  if (isContained && value.contained !== undefined) {
    addIssue(walk, 'structure', 'A contained resource must not contain others. Put them beside it.');
  }
  return isSound;
}
