import type { Definitions } from '../../definitions/definitions.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { timeBoxed } from '../../kernel/time-box.ts';
import { readItems, writeItems, type ElementItem } from './element-items.ts';
import { malformed, tooCostly, unfit } from './patch-faults.ts';
import { indexPart, patchOperations, textPart, type PatchOperation } from './patch-operation.ts';
import { ownerAt, targetAt, type Patched, type Target } from './patch-target.ts';
import { expectElement, patchValue } from './patch-value.ts';
import { sizeBudget, spend, type SizeBudget } from './size-budget.ts';
import type { Owner } from './typed-place.ts';

/** For all operations of a patch together, in milliseconds; one takes some 0.1 ms. */
const TIME_LIMIT = 500;

interface Work extends Patched {
  readonly budget: SizeBudget;
}

/**
 * Applies a FHIRPath Patch to `resource`, which is changed. https://hl7.org/fhir/R4/fhirpatch.html
 * @throws Fault 400 for a malformed patch, 422 when an operation does not fit or paths take too long
 */
export function applyFhirPathPatch(resource: JsonObject, parameters: JsonObject, definitions: Definitions): JsonObject {
  const operations = patchOperations(parameters);
  const resourceType = typeof resource.resourceType === 'string' ? resource.resourceType : '';
  const work: Work = { resource, resourceType, definitions, budget: sizeBudget() };
  const done = timeBoxed(() => {
    for (const operation of operations) run(work, operation);
  }, TIME_LIMIT);
  if (done === undefined)
    throw tooCostly(422, 'The paths of the patch take too long; use simple ones, such as Patient.name[0].');
  return resource;
}

function run(work: Work, operation: PatchOperation): void {
  const type = textPart(operation, 'type');
  if (type === 'add') add(work, operation);
  else if (type === 'insert') insert(work, operation);
  else if (type === 'delete') remove(work, operation);
  else if (type === 'replace') replace(work, operation);
  else if (type === 'move') move(work, operation);
  else throw malformed('The type of an operation is add, insert, delete, replace or move.', operation.place);
}

function add(work: Work, operation: PatchOperation): void {
  const { place } = operation;
  const owner = ownerAt(work, textPart(operation, 'path'), place);
  const name = textPart(operation, 'name').replace(/\[x\]$/, '');
  const element = expectElement(owner.type, name, place);
  const items = readItems(owner.object, owner.type, element);
  if (items.length >= element.max) throw unfit(`${owner.type.name} has ${element.name} already; use replace.`, place);
  items.push(newItem(work, operation, { owner, element, items, selected: [] }, name));
  writeItems(owner.object, owner.type, element, items);
}

function insert(work: Work, operation: PatchOperation): void {
  const target = listAt(work, operation);
  const index = indexPart(operation, 'index');
  const { items, element } = target;
  if (index > items.length) throw unfit(`index must be 0 to ${items.length}.`, operation.place);
  items.splice(index, 0, newItem(work, operation, target, element.name));
  write(target);
}

/** Deleting what is not there succeeds: https://hl7.org/fhir/R4/fhirpatch.html#concept */
function remove(work: Work, operation: PatchOperation): void {
  const target = targetAt(work, textPart(operation, 'path'), operation.place);
  if (target === undefined || target.selected.length === 0) return;
  target.items.splice(onlyOne(target, operation), 1);
  write(target);
  removeEmpty(target.owner);
}

function replace(work: Work, operation: PatchOperation): void {
  const path = textPart(operation, 'path');
  const target = targetAt(work, path, operation.place);
  if (target === undefined || target.selected.length === 0) {
    throw unfit(`There is nothing at ${path} to replace; use add.`, operation.place);
  }
  const index = onlyOne(target, operation);
  target.items[index] = newItem(work, operation, target, target.element.name);
  write(target);
}

function move(work: Work, operation: PatchOperation): void {
  const target = listAt(work, operation);
  const source = indexPart(operation, 'source');
  const destination = indexPart(operation, 'destination');
  const [item] = target.items.splice(source, 1);
  if (item === undefined || destination > target.items.length) {
    throw unfit('source and destination must be indexes of elements that are there.', operation.place);
  }
  target.items.splice(destination, 0, item);
  write(target);
}

/** The whole list that a path selects, be it empty. */
function listAt(work: Work, operation: PatchOperation): Target {
  const path = textPart(operation, 'path');
  const target = targetAt(work, path, operation.place);
  if (target === undefined) throw unfit(`There is nothing that could have ${path}.`, operation.place);
  if (target.element.max <= 1) throw unfit(`${target.element.name} is no list.`, operation.place);
  if (target.selected.length !== target.items.length) {
    throw unfit(
      `The path must select the whole list, as ${target.owner.type.name}.${target.element.name}.`,
      operation.place,
    );
  }
  return target;
}

function onlyOne({ selected }: Target, operation: PatchOperation): number {
  const [index, ...others] = selected;
  if (index !== undefined && others.length === 0) return index;
  throw unfit(`The path selects ${selected.length} elements; one operation changes one.`, operation.place);
}

function newItem(work: Work, operation: PatchOperation, { owner, element }: Target, name: string): ElementItem {
  const part = operation.parts.get('value');
  if (part === undefined) throw malformed('The operation needs a part "value".', operation.place);
  const item = patchValue(part, { type: owner.type, element, name }, work.definitions, operation.place);
  const depth = owner.depth + (element.max > 1 ? 2 : 1);
  spend(work.budget, item.value ?? null, depth, operation.place);
  spend(work.budget, item.companion ?? null, depth, operation.place);
  return item;
}

function write({ owner, element, items }: Target): void {
  writeItems(owner.object, owner.type, element, items);
}

/** An element must have content: one that lost its last child goes with it. */
function removeEmpty({ object, parent }: Owner): void {
  if (parent === undefined || Object.keys(object).length > 0) return;
  const { owner, element } = parent;
  const left = readItems(owner.object, owner.type, element)
    .map((item) => (item.companion === object ? { ...item, companion: undefined } : item))
    .filter(({ value, companion }) => value !== object && (value !== undefined || companion !== undefined));
  writeItems(owner.object, owner.type, element, left);
  removeEmpty(owner);
}
