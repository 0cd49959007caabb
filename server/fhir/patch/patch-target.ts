import type { Definitions, ElementDef } from '../../definitions/definitions.ts';
import { compilePath } from '../../fhirpath/compile.ts';
import { FhirpathCostError } from '../../fhirpath/model/env.ts';
import type { IndexedValue } from '../../fhirpath/values.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import { readItems, writeItems, type ElementItem } from './element-items.ts';
import { malformed, tooCostly, unfit } from './patch-faults.ts';
import { expectElement } from './patch-value.ts';
import { splitPath } from './path-split.ts';
import { elementNamed, findInResource, ownerBelow, propertyName, type Owner } from './typed-place.ts';

/** The resource that is patched. */
export interface Patched {
  readonly resource: JsonObject;
  readonly resourceType: string;
  readonly definitions: Definitions;
}

/** An element of an owner with its repetitions, and which of them a path selects. */
export interface Target {
  readonly owner: Owner;
  readonly element: ElementDef;
  readonly items: ElementItem[];
  readonly selected: readonly number[];
}

const MAX_PATH = 1000;

/**
 * The repetitions of one element that a path selects; undefined when nothing is there to have such an element.
 * @throws Fault 400 for a malformed path, 422 when it selects repetitions of several elements
 */
export function targetAt(patched: Patched, path: string, place: string): Target | undefined {
  const split = splitPath(path);
  if (split !== undefined) {
    const owners = valuesAt(patched, split.prefix, place);
    const [first, ...others] = owners;
    if (first === undefined) return undefined;
    if (others.length === 0) {
      const owner = ownerOf(patched, first, false);
      return owner === undefined ? undefined : targetIn(owner, split.name, split.index, place);
    }
  }
  return targetOf(patched, valuesAt(patched, path, place), place);
}

/**
 * The one object that elements can be added to; a primitive has its extensions beside it.
 * @throws Fault 400 for a malformed path, 422 when it does not select exactly one element
 */
export function ownerAt(patched: Patched, path: string, place: string): Owner {
  const [first, ...others] = valuesAt(patched, path, place);
  if (first === undefined) throw unfit(`There is nothing at ${path}, so nothing can be added to it.`, place);
  if (others.length > 0)
    throw unfit(`${path} selects ${others.length + 1} elements; name one of them, as in ${path}[0].`, place);
  const owner = ownerOf(patched, first, true);
  if (owner === undefined) throw notAnElement(path, place);
  return owner;
}

function valuesAt(
  { resource, resourceType, definitions }: Patched,
  path: string,
  place: string,
): readonly IndexedValue[] {
  if (path.length > MAX_PATH) throw malformed(`A path may have ${MAX_PATH} characters.`, place);
  let select: (resource: JsonObject) => readonly IndexedValue[];
  try {
    select = compilePath(path, resourceType, definitions);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it cannot be read';
    throw malformed(`The path is no FHIRPath that can be used in a patch: ${reason}.`, place);
  }
  try {
    return select(resource);
  } catch (error) {
    if (!(error instanceof FhirpathCostError)) throw error;
    throw tooCostly(422, `${path} takes too long; use a simple path, such as Patient.name[0].`, place);
  }
}

function targetIn(owner: Owner, name: string, index: number | undefined, place: string): Target {
  const element = expectElement(owner.type, name, place);
  const items = readItems(owner.object, owner.type, element);
  const all = items.map((_item, position) => position);
  return { owner, element, items, selected: index === undefined ? all : all.filter((position) => position === index) };
}

function targetOf(patched: Patched, values: readonly IndexedValue[], place: string): Target | undefined {
  const places = values.map((value) => placeOf(patched, value));
  const [first] = places;
  if (values.length === 0) return undefined;
  if (first === undefined) throw notAnElement('The path', place);
  if (places.some((other) => other?.owner.object !== first.owner.object || other.element !== first.element)) {
    throw unfit('The path selects elements of several places; one operation changes one.', place);
  }
  const items = readItems(first.owner.object, first.owner.type, first.element);
  return { ...first, items, selected: places.map((known) => known?.index ?? 0) };
}

interface ItemPlace {
  readonly owner: Owner;
  readonly element: ElementDef;
  readonly index: number;
}

/** Where the value stands that an expression selected; undefined when it was computed. */
function placeOf({ resource, definitions }: Patched, { parent, key }: IndexedValue): ItemPlace | undefined {
  const found = findInResource(resource, parent, definitions);
  if (found === undefined) return undefined;
  const element = elementNamed(found.owner.type, found.property ?? propertyName(String(key)));
  return element === undefined ? undefined : { owner: found.owner, element, index: typeof key === 'number' ? key : 0 };
}

function ownerOf(patched: Patched, selected: IndexedValue, mayCreate: boolean): Owner | undefined {
  const { resource, definitions } = patched;
  if (isObject(selected.value)) return findInResource(resource, selected.value, definitions)?.owner;
  const found = placeOf(patched, selected);
  const property = found?.owner.type.properties.get(propertyOf(found));
  if (found === undefined || property === undefined) return undefined;
  const companion = companionOf(found, mayCreate);
  return companion === undefined ? undefined : ownerBelow(found.owner, property, companion, definitions);
}

function propertyOf({ owner, element, index }: ItemPlace): string {
  return readItems(owner.object, owner.type, element)[index]?.property ?? element.name;
}

/** What JSON keeps beside a primitive. */
function companionOf({ owner, element, index }: ItemPlace, mayCreate: boolean): JsonObject | undefined {
  const items = readItems(owner.object, owner.type, element);
  const item = items[index];
  if (isObject(item?.companion)) return item.companion;
  if (item === undefined || !mayCreate) return undefined;
  const companion: JsonObject = {};
  items[index] = { ...item, companion };
  writeItems(owner.object, owner.type, element, items);
  return companion;
}

function notAnElement(path: string, place: string): Error {
  return unfit(`${path} computes a value; a patch needs an element of the resource.`, place);
}
