import {
  EXACT,
  isObject,
  numberText,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '../../../server/kernel/json.ts';
import type { MappedEntry } from '../../map/mapped-message.ts';
import { isSameJson } from './same-json.ts';

/** Elements with a choice of types, of which a resource has one: https://hl7.org/fhir/R4/formats.html#choice */
const CHOICE =
  /^(value|effective|onset|abatement|occurrence|performed|deceased|multipleBirth|medication|reported|serviced|used|defaultValue|age|born|scheduled|timing|product|asNeeded|allowed|statusReason|identified)(Address|Age|Attachment|Boolean|Code|CodeableConcept|Date|DateTime|Decimal|Duration|Identifier|Instant|Integer|Money|Period|Quantity|Range|Ratio|Reference|SampledData|String|Time|Timing|Uri)$/;

/** Lists that no message makes shorter: others have put identifiers and extensions there. */
const ALWAYS_GROWING = ['identifier', 'extension', 'modifierExtension'];

/**
 * The stored resource with what a message says of it: elements that the message has replace those stored, or are added to
 * them; those that it deletes go; others stay.
 */
export function overlaid(
  stored: JsonObject,
  { resource, clears = [], adds = [], undo }: Pick<MappedEntry, 'resource' | 'clears' | 'adds' | 'undo'>,
): JsonObject {
  const growing = new Set([...ALWAYS_GROWING, ...adds]);
  const result: JsonObject = { ...stored };
  if (stored[EXACT] !== undefined) result[EXACT] = { ...stored[EXACT] };
  for (const element of clears) clear(result, element);
  for (const [element, value] of Object.entries(resource)) {
    if (value === undefined || element === 'resourceType' || element === 'id') continue;
    if (element === 'meta') result.meta = mergedMeta(result.meta, value);
    else if (growing.has(element) && Array.isArray(value)) result[element] = joined(element, result[element], value);
    else if (growing.has(element)) replace(result, resource, element, grown(result[element], value));
    else replace(result, resource, element, value);
  }
  if (undo === 'status') result.status = statusBefore(stored) ?? result.status;
  return result;
}

/** What is stored for the first time: with the elements that the message does not say and FHIR requires. */
export function firstContent({ resource, defaults, adds = [] }: MappedEntry): JsonObject {
  if (defaults === undefined) return resource;
  return overlaid({ ...defaults, resourceType: resource.resourceType }, { resource, adds });
}

/** Whether the message only adds to lists: then it tells nothing that could be older or newer than what is stored. */
export function isAddition({ resource, adds = [], clears = [], undo }: MappedEntry): boolean {
  const added = new Set(['resourceType', 'identifier', ...adds]);
  return clears.length === 0 && undo === undefined && Object.keys(resource).every((element) => added.has(element));
}

/** `birthDate`, or `telecom[use=home]`, `participant[type.coding.code=ATND]`, `identifier[system|value=…|…]`: of a list what has such values. */
function clear(result: JsonObject, selector: string): void {
  const [, element, path, wanted] = /^(\w+)\[([\w.|]+)=(.*)\]$/.exec(selector) ?? [];
  if (element === undefined || path === undefined) {
    if (!ALWAYS_GROWING.includes(selector)) remove(result, selector);
    return;
  }
  const list = result[element];
  if (!Array.isArray(list)) return;
  const left = list.filter((each) => !isMeant(each, path.split('|'), wanted));
  if (left.length === 0) remove(result, element);
  else result[element] = left;
}

function isMeant(item: JsonValue, paths: readonly string[], wanted: string | undefined): boolean {
  const [only = '', ...others] = paths;
  if (others.length === 0) return valuesAt(item, only.split('.')).includes(wanted);
  return paths.map((path) => valuesAt(item, path.split('.'))[0]).join('|') === wanted;
}

function valuesAt(value: JsonValue | undefined, path: readonly string[]): readonly (JsonValue | undefined)[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, path));
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  return isObject(value) ? valuesAt(value[name], rest) : [];
}

/** https://hl7.org/fhir/R4/encounter-definitions.html#Encounter.statusHistory: the last entry is what is now. */
function statusBefore({ status, statusHistory }: JsonObject): string | undefined {
  for (const spell of (Array.isArray(statusHistory) ? [...statusHistory] : []).reverse()) {
    if (isObject(spell) && typeof spell.status === 'string' && spell.status !== status) return spell.status;
  }
  return undefined;
}

function replace(result: JsonObject, from: JsonObject, element: string, value: JsonValue): void {
  for (const other of choicesOf(result, element)) remove(result, other);
  // A value and the reason why there is none exclude each other: obs-6.
  if (from.resourceType === 'Observation') {
    if (element.startsWith('value')) remove(result, 'dataAbsentReason');
    if (element === 'dataAbsentReason') for (const other of choicesOf(result, 'value')) remove(result, other);
  }
  if (!element.startsWith('_') && from[`_${element}`] === undefined) Reflect.deleteProperty(result, `_${element}`);
  result[element] = value;
  const text = numberText(from, element);
  if (text !== undefined) result[EXACT] = { ...result[EXACT], [element]: text };
}

/** Elements of the same choice, with their extensions: `valueString` for `valueQuantity`, or all for `value`. */
function choicesOf(resource: JsonObject, element: string): readonly string[] {
  const name = CHOICE.exec(element)?.[1] ?? (element === 'value' ? element : undefined);
  if (name === undefined) return [];
  return Object.keys(resource).filter((each) => {
    const plain = each.replace(/^_/, '');
    return plain !== element.replace(/^_/, '') && CHOICE.exec(plain)?.[1] === name;
  });
}

function remove(resource: JsonObject, element: string): void {
  Reflect.deleteProperty(resource, element);
  Reflect.deleteProperty(resource, `_${element}`);
}

/** Of what is no list, the elements that are given. */
function grown(stored: JsonValue | undefined, added: JsonValue): JsonValue {
  if (!isObject(stored) || !isObject(added)) return added;
  const exact = { ...stored[EXACT], ...added[EXACT] };
  return { ...stored, ...added, ...(Object.keys(exact).length === 0 ? {} : { [EXACT]: exact }) };
}

function joined(element: string, stored: JsonValue | undefined, added: JsonArray): JsonArray {
  const before: JsonArray = Array.isArray(stored) ? stored : [];
  if (element === 'identifier') return joinedIdentifiers(before, added);
  if (element === 'extension' || element === 'modifierExtension') {
    const urls = new Set(added.map((each) => (isObject(each) ? each.url : undefined)));
    return [...before.filter((each) => !isObject(each) || !urls.has(each.url)), ...added];
  }
  return [...before, ...added.filter((item) => !before.some((each) => isSameJson(each, item)))];
}

function joinedIdentifiers(stored: JsonArray, added: JsonArray): JsonArray {
  const result = [...stored];
  for (const item of added) {
    if (!isObject(item)) continue;
    const place = result.findIndex(
      (each) => isObject(each) && each.value === item.value && each.system === item.system,
    );
    const before = result[place];
    // One that a merge made old does not come back by being named.
    const { use, type } = isObject(before) && before.use === 'old' ? before : item;
    if (place === -1) result.push(item);
    else result[place] = withDefined({ ...(before as JsonObject), ...item }, { use, type });
  }
  return result;
}

function withDefined(object: JsonObject, values: JsonObject): JsonObject {
  const result = { ...object };
  for (const [name, value] of Object.entries(values)) if (value !== undefined) result[name] = value;
  return result;
}

function mergedMeta(stored: JsonValue | undefined, said: JsonValue): JsonObject {
  const result: JsonObject = isObject(stored) ? { ...stored } : {};
  for (const [element, value] of Object.entries(isObject(said) ? said : {})) {
    if (Array.isArray(value)) result[element] = joined(element, result[element], value);
  }
  return result;
}
