import type { Definitions } from '../definitions/definitions.ts';
import { fault, type Fault } from '../kernel/fault.ts';
import { isObject, numberText, parseJson, type JsonArray, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { embeddableXhtml } from './xhtml.ts';
import { FHIR_NAMESPACE, planOf, xmlPlan, type XmlElement, type XmlPlan } from './xml-plan.ts';

/** Deeper than what clients may send: a stored resource, and a Bundle around it, must always be readable. */
const LIMITS = { maxDepth: 256 };

export interface XmlFormat {
  readonly pretty: boolean;
}

/**
 * A resource as an XML document, numbers digit for digit. https://hl7.org/fhir/R4/xml.html
 * @param resource JSON text or tree of a valid resource
 * @throws Fault 406 for what JSON can hold and XML cannot: control characters, narrative that is not well-formed
 */
export function writeXml(resource: string | JsonObject, definitions: Definitions, { pretty }: XmlFormat): string {
  const tree = typeof resource === 'string' ? parseJson(resource, LIMITS) : resource;
  if (!isObject(tree)) throw notXml('it is not a resource');
  const writer = new XmlWriter(definitions, pretty);
  writer.resource(tree, ` xmlns="${FHIR_NAMESPACE}"`);
  return `<?xml version="1.0" encoding="UTF-8"?>${writer.text}${pretty ? '\n' : ''}`;
}

class XmlWriter {
  text = '';
  private depth = 0;
  private readonly definitions: Definitions;
  private readonly pretty: boolean;

  constructor(definitions: Definitions, pretty: boolean) {
    this.definitions = definitions;
    this.pretty = pretty;
  }

  resource(resource: JsonObject, namespace: string): void {
    const plan =
      typeof resource.resourceType === 'string' ? xmlPlan(this.definitions, resource.resourceType) : undefined;
    if (plan?.isResource !== true) throw notXml('it holds a resource of unknown type');
    this.element(plan.type, resource, plan, namespace);
  }

  /** An element with the content of `object`; `attributes` are texts like ` value="1"`. */
  private element(name: string, object: JsonObject, plan: XmlPlan, attributes: string): void {
    const used = usedElements(object, plan);
    this.start(name);
    this.text += attributes;
    let hasChildren = false;
    for (const element of used) {
      if (element.form !== 'attribute') hasChildren = true;
      else this.text += ` ${element.property}="${escaped(valueText(object, element.property) ?? '')}"`;
    }
    if (!hasChildren) {
      this.text += '/>';
      return;
    }
    this.text += '>';
    this.depth += 1;
    for (const element of used) this.child(object, element);
    this.depth -= 1;
    this.end(name);
  }

  private child(object: JsonObject, element: XmlElement): void {
    const { property, form } = element;
    if (form === 'attribute') return;
    if (form === 'primitive') {
      this.primitives(object, element);
      return;
    }
    const value = object[property];
    if (form === 'xhtml') {
      this.xhtml(value);
      return;
    }
    for (const item of Array.isArray(value) ? value : [value]) {
      if (!isObject(item)) throw notXml(`${property} is not an object`);
      if (form === 'complex') this.element(property, item, planOf(this.definitions, element.type), '');
      else this.wrapped(property, item);
    }
  }

  private wrapped(name: string, resource: JsonObject): void {
    this.start(name);
    this.text += '>';
    this.depth += 1;
    this.resource(resource, '');
    this.depth -= 1;
    this.end(name);
  }

  private primitives(object: JsonObject, element: XmlElement): void {
    const { property } = element;
    const value = object[property];
    const companion = object[`_${property}`];
    if (!Array.isArray(value) && !Array.isArray(companion)) {
      this.primitive(element, valueText(object, property), companion);
      return;
    }
    const values: JsonArray = Array.isArray(value) ? value : [];
    const companions: JsonArray = Array.isArray(companion) ? companion : [];
    const length = Math.max(values.length, companions.length);
    for (let index = 0; index < length; index += 1) {
      this.primitive(element, valueText(values, String(index)), companions[index]);
    }
  }

  private primitive({ property, type }: XmlElement, value: string | undefined, companion: JsonValue | undefined): void {
    const attribute = value === undefined ? '' : ` value="${escaped(value)}"`;
    if (isObject(companion)) {
      this.element(property, companion, planOf(this.definitions, type), attribute);
      return;
    }
    this.start(property);
    this.text += `${attribute}/>`;
  }

  private xhtml(value: JsonValue | undefined): void {
    const div = typeof value === 'string' ? embeddableXhtml(value) : undefined;
    if (div === undefined) throw notXml('its narrative is not well-formed XHTML');
    this.indent();
    this.text += div;
  }

  private start(name: string): void {
    this.indent();
    this.text += `<${name}`;
  }

  private end(name: string): void {
    this.indent();
    this.text += `</${name}>`;
  }

  private indent(): void {
    if (this.pretty) this.text += `\n${'  '.repeat(this.depth)}`;
  }
}

/** What an object has, in the order of XML; a primitive that only has a companion included. */
function usedElements(object: JsonObject, plan: XmlPlan): XmlElement[] {
  const used: XmlElement[] = [];
  let last = -1;
  let isSorted = true;
  for (const key of Object.keys(object)) {
    if (object[key] === undefined || (key === 'resourceType' && plan.isResource)) continue;
    const isCompanion = key.startsWith('_');
    const property = isCompanion ? key.slice(1) : key;
    if (isCompanion && object[property] !== undefined) continue;
    const element = plan.elements.get(property);
    if (element === undefined || (isCompanion && element.form !== 'primitive')) {
      throw notXml(`${plan.type} has no element "${key.slice(0, 64)}"`);
    }
    if (element.order < last) isSorted = false;
    last = element.order;
    used.push(element);
  }
  return isSorted ? used : used.sort((a, b) => a.order - b.order);
}

function valueText(parent: JsonObject | JsonArray, key: string): string | undefined {
  const value = (parent as JsonObject)[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  const text = numberText(parent, key);
  if (text === undefined) throw notXml(`${key} is not a primitive value`);
  return text;
}

const SPECIAL = /[&<"\u0000-\u001f\ufffe\uffff]/;
const EACH_SPECIAL = /[&<"\u0000-\u001f\ufffe\uffff]/g;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['"', '&quot;'],
  // A parser turns these into blanks when they stand in an attribute as they are.
  ['\n', '&#10;'],
  ['\r', '&#13;'],
  ['\t', '&#9;'],
]);

function escaped(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(EACH_SPECIAL, (character) => {
    const escape = ESCAPES.get(character);
    if (escape === undefined) throw notXml('it holds a control character that XML does not allow');
    return escape;
  });
}

function notXml(reason: string): Fault {
  const text = `The answer cannot be written as XML: ${reason}. Ask for application/fhir+json.`;
  return fault('format.notXml', 406, 'not-supported', text);
}
