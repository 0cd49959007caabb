import { SaxesParser, type SaxesAttributeNS, type SaxesTagNS } from 'saxes';
import type { Definitions } from '../definitions/definitions.ts';
import { Fault } from '../kernel/fault.ts';
import type { JsonObject } from '../kernel/json.ts';
import { elementNode, resourceNode, setAttribute, setChild, type XmlNode } from './xml-node.ts';
import { FHIR_NAMESPACE, xmlPlan, XHTML_NAMESPACE, type XmlElement } from './xml-plan.ts';

/** Deepest nesting of elements; that of XHTML inside of a narrative is counted by itself. */
const MAX_DEPTH = 64;
const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/**
 * An XML document as the tree that the same resource has in JSON: numbers keep their digits, narrative its text.
 * Comments are dropped; the order of elements is not checked. https://hl7.org/fhir/R4/xml.html
 * @throws Fault 400 with line and column: malformed XML, DOCTYPE, entities, processing instructions, a wrong
 * namespace, unknown elements or attributes, text where none belongs, nesting beyond 64 levels
 */
export function readXml(text: string, definitions: Definitions): JsonObject {
  return new XmlReader(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, definitions).document();
}

class XmlReader {
  private readonly text: string;
  private readonly definitions: Definitions;
  private readonly parser = new SaxesParser({ xmlns: true, forceXMLVersion: true, defaultXMLVersion: '1.0' });
  private readonly open: XmlNode[] = [];
  private root: JsonObject | undefined;
  /** Where the narrative's div starts, and how deep within it the parser is. */
  private xhtmlStart = 0;
  private xhtmlDepth = 0;

  constructor(text: string, definitions: Definitions) {
    this.text = text;
    this.definitions = definitions;
  }

  document(): JsonObject {
    const { parser } = this;
    // Saxes would first read a declaration to its end. Text cannot hold one: its `<` is written `&lt;`.
    const declared = this.text.search(/<!(?:DOCTYPE|ENTITY)/i);
    if (declared !== -1) throw this.failAt('A DOCTYPE or ENTITY declaration is not allowed.', declared);
    parser.on('error', (error) => {
      throw this.fail(error.message.replace(/^[\d:]+ /, ''));
    });
    parser.on('xmldecl', ({ encoding }) => {
      if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) throw this.fail('The encoding must be UTF-8.');
    });
    parser.on('processinginstruction', () => {
      throw this.fail('Processing instructions are not allowed.');
    });
    parser.on('text', (characters) => this.characters(characters));
    parser.on('cdata', (characters) => this.characters(characters));
    parser.on('opentag', (tag) => this.openTag(tag));
    parser.on('closetag', () => this.closeTag());
    parser.write(this.text).close();
    if (this.root === undefined) throw this.fail('The document holds no resource.');
    return this.root;
  }

  private openTag(tag: SaxesTagNS): void {
    if (this.xhtmlDepth > 0) this.openXhtml(tag);
    else if (this.open.length >= MAX_DEPTH) throw this.failAtTag(`Nested deeper than ${MAX_DEPTH} levels.`);
    else this.openElement(tag);
  }

  private openElement(tag: SaxesTagNS): void {
    const parent = this.open.at(-1);
    if (parent === undefined || parent.element?.form === 'resource') {
      this.openResource(parent, tag);
      return;
    }
    const element = parent.plan.elements.get(tag.local);
    if (element?.form === 'xhtml') {
      this.xhtmlStart = this.tagStart();
      this.openXhtml(tag);
      return;
    }
    this.expectNamespace(tag, FHIR_NAMESPACE);
    if (element === undefined || element.form === 'attribute') {
      const names = [...parent.plan.elements.values()].filter(({ form }) => form !== 'attribute');
      throw this.failAtTag(`${parent.plan.type} has no element "${tag.local.slice(0, 64)}", but ${listed(names)}.`);
    }
    this.enter(elementNode(this.definitions, element), tag);
  }

  private openResource(parent: XmlNode | undefined, tag: SaxesTagNS): void {
    this.expectNamespace(tag, FHIR_NAMESPACE);
    const plan = xmlPlan(this.definitions, tag.local);
    if (plan?.isResource !== true) {
      throw this.failAtTag(`"${tag.local.slice(0, 64)}" is not a resource type of FHIR R4, such as Patient.`);
    }
    if (parent?.content !== undefined) throw this.failAtTag('Only one resource may stand here.');
    const node = resourceNode(plan);
    if (parent !== undefined) parent.content = node.object;
    this.enter(node, tag);
  }

  private enter(node: XmlNode, tag: SaxesTagNS): void {
    for (const name in tag.attributes) {
      const attribute = tag.attributes[name];
      if (attribute === undefined || isForXml(attribute)) continue;
      const element = attribute.uri === '' ? node.plan.elements.get(name) : undefined;
      if (element?.form !== 'attribute') {
        const names = [...node.plan.elements.values()].filter(({ form }) => form === 'attribute');
        const accepted = names.length === 0 ? 'takes none' : `takes ${listed(names)}`;
        throw this.failAtTag(`<${tag.local}> has no attribute "${name.slice(0, 64)}"; it ${accepted}.`);
      }
      setAttribute(node, element, attribute.value);
    }
    this.open.push(node);
  }

  private openXhtml({ prefix, uri, local }: SaxesTagNS): void {
    // The narrative is kept as it is written, so a prefix declared further out would be lost.
    if (prefix !== '' || uri !== XHTML_NAMESPACE) {
      throw this.failAtTag(
        `<${local.slice(0, 64)}> must be XHTML: <div xmlns="${XHTML_NAMESPACE}">, without prefixes.`,
      );
    }
    this.xhtmlDepth += 1;
    if (this.xhtmlDepth > MAX_DEPTH) throw this.failAtTag(`Nested deeper than ${MAX_DEPTH} levels.`);
  }

  private closeTag(): void {
    if (this.xhtmlDepth > 0) {
      this.xhtmlDepth -= 1;
      if (this.xhtmlDepth === 0) this.closeXhtml();
      return;
    }
    const node = this.open.pop();
    const parent = this.open.at(-1);
    if (node?.element === undefined) {
      if (parent === undefined) this.root = node?.object;
      return;
    }
    if (parent !== undefined) this.attach(parent, node.element, node);
  }

  private closeXhtml(): void {
    const parent = this.open.at(-1);
    const element = parent?.plan.elements.get('div');
    if (parent === undefined || element === undefined) throw new Error('XHTML outside of a narrative');
    this.attach(parent, element, {
      content: this.text.slice(this.xhtmlStart, this.parser.position),
      object: {},
    });
  }

  private attach(parent: XmlNode, element: XmlElement, child: Pick<XmlNode, 'content' | 'object'>): void {
    const problem = setChild(parent.object, element, child);
    if (problem !== undefined) throw this.fail(problem);
  }

  private characters(characters: string): void {
    if (this.xhtmlDepth > 0 || !/\S/.test(characters)) return;
    throw this.fail('Text is not allowed here; values stand in the attribute "value".');
  }

  private expectNamespace(tag: SaxesTagNS, namespace: string): void {
    if (tag.uri === namespace) return;
    throw this.failAtTag(`<${tag.local.slice(0, 64)}> must be in the namespace ${namespace}.`);
  }

  /** Index of the `<` of the tag that was just read; attribute values cannot hold that character. */
  private tagStart(): number {
    return this.text.lastIndexOf('<', this.parser.position - 1);
  }

  private failAtTag(text: string): Fault {
    return this.failAt(text, this.tagStart());
  }

  private failAt(text: string, start: number): Fault {
    let line = 1;
    let lineStart = 0;
    for (let at = this.text.indexOf('\n'); at !== -1 && at < start; at = this.text.indexOf('\n', at + 1)) {
      line += 1;
      lineStart = at + 1;
    }
    return invalid(text, line, start - lineStart + 1);
  }

  private fail(text: string): Fault {
    return invalid(text, this.parser.line, Math.max(this.parser.column, 1));
  }
}

function isForXml({ uri, local }: SaxesAttributeNS): boolean {
  return uri === XMLNS || (uri === XSI && local === 'schemaLocation');
}

function listed(elements: readonly XmlElement[]): string {
  return elements.map(({ property }) => property).join(', ');
}

function invalid(text: string, line: number, column: number): Fault {
  return new Fault('format.badXml', 400, [
    { severity: 'error', code: 'structure', text: `Malformed XML: ${text}`, expression: ['http.body'], line, column },
  ]);
}
