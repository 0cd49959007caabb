import type { Definitions } from '../definitions/definitions.ts';
import {
  EXACT,
  JsonSyntaxError,
  keepNumberText,
  parseJson,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '../kernel/json.ts';
import { planOf, type XmlElement, type XmlPlan } from './xml-plan.ts';

/** An XML element that is open while a document is read. */
export interface XmlNode {
  /** What it is to its parent; undefined for a resource. */
  readonly element: XmlElement | undefined;
  readonly plan: XmlPlan;
  /** Attributes and children so far; of a primitive that is its companion (`_birthDate`). */
  readonly object: JsonObject;
  /** The value attribute of a primitive, the text of a narrative, or the resource that stands inside. */
  content?: string | JsonObject;
}

export function resourceNode(plan: XmlPlan): XmlNode {
  return { element: undefined, plan, object: { resourceType: plan.type } };
}

export function elementNode(definitions: Definitions, element: XmlElement): XmlNode {
  const plan = element.form === 'resource' ? NO_CONTENT : planOf(definitions, element.type);
  return { element, plan, object: {} };
}

/** `contained`, `entry.resource` and the like hold a resource and nothing of their own. */
const NO_CONTENT: XmlPlan = { type: 'Resource', isResource: false, elements: new Map() };

export function setAttribute(node: XmlNode, { property }: XmlElement, value: string): void {
  if (property === 'value' && node.element?.form === 'primitive') node.content = value;
  else node.object[property] = value;
}

/** Adds a closed element to its parent. Returns what is wrong with it, if anything. */
export function setChild(
  parent: JsonObject,
  element: XmlElement,
  child: Pick<XmlNode, 'content' | 'object'>,
): string | undefined {
  const { property, isList } = element;
  if (!isList && (Object.hasOwn(parent, property) || Object.hasOwn(parent, `_${property}`))) {
    return `${property} may appear only once.`;
  }
  if (element.form === 'primitive') return setPrimitive(parent, element, child);
  const value = element.form === 'complex' ? child.object : child.content;
  if (value === undefined) return `${property} must hold a resource.`;
  if (isList) place(parent, property, lengthOf(parent, property), value);
  else parent[property] = value;
  return undefined;
}

function setPrimitive(
  parent: JsonObject,
  { property, isList, json }: XmlElement,
  { content, object }: Pick<XmlNode, 'content' | 'object'>,
): string | undefined {
  const companion = Object.keys(object).length > 0 ? object : undefined;
  const text = typeof content === 'string' ? content : undefined;
  if (text === undefined && companion === undefined) return `${property} needs a value or an extension.`;
  const read = text === undefined ? [] : readValue(text, json);
  if (read === undefined) return `"${text?.slice(0, 64)}" is not a ${json}, which ${property} must be.`;
  const [value] = read;
  const exact = read[EXACT]?.['0'];
  if (!isList) {
    if (value !== undefined) parent[property] = value;
    if (companion !== undefined) parent[`_${property}`] = companion;
    keepNumberText(parent, property, exact);
    return undefined;
  }
  const index = lengthOf(parent, property);
  const list = place(parent, property, index, value);
  if (list !== undefined) keepNumberText(list, String(index), exact);
  place(parent, `_${property}`, index, companion);
  return undefined;
}

/** A value attribute as the one item of an array, which keeps the digits of numbers; undefined when it is malformed. */
function readValue(text: string, json: XmlElement['json']): JsonArray | undefined {
  if (json === 'string') return [text];
  if (json === 'boolean') return text === 'true' ? [true] : text === 'false' ? [false] : undefined;
  try {
    const read = parseJson(`[${text}]`);
    return Array.isArray(read) && read.length === 1 && typeof read[0] === 'number' ? read : undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** Number of items so far; a list and the list of its companions are equally long where both exist. */
function lengthOf(parent: JsonObject, property: string): number {
  const list = parent[property] ?? parent[`_${property}`];
  return Array.isArray(list) ? list.length : 0;
}

/** Puts an item, or null in its place, behind `index` others; a list that has no item yet is not begun for null. */
function place(parent: JsonObject, key: string, index: number, item: JsonValue | undefined): JsonArray | undefined {
  let list = parent[key];
  if (!Array.isArray(list)) {
    if (item === undefined) return undefined;
    list = new Array<JsonValue>(index).fill(null);
    parent[key] = list;
  }
  list.push(item ?? null);
  return list;
}
