import type { Definitions, PropertyDef } from '../definitions/definitions.ts';

export const FHIR_NAMESPACE = 'http://hl7.org/fhir';
export const XHTML_NAMESPACE = 'http://www.w3.org/1999/xhtml';

/** How one JSON property stands in XML. https://hl7.org/fhir/R4/xml.html */
export interface XmlElement {
  readonly property: string;
  /** Place within the type: XML has elements in the order of the definition. */
  readonly order: number;
  readonly form: 'attribute' | 'xhtml' | 'primitive' | 'complex' | 'resource';
  /** Name of the element's type, a backbone type included. */
  readonly type: string;
  readonly isList: boolean;
  /** What a primitive's value is in JSON. */
  readonly json: 'string' | 'number' | 'boolean';
}

/** Attributes and child elements of one type. */
export interface XmlPlan {
  readonly type: string;
  readonly isResource: boolean;
  readonly elements: ReadonlyMap<string, XmlElement>;
}

const NUMBERS: ReadonlySet<string> = new Set(['decimal', 'integer', 'unsignedInt', 'positiveInt']);

const known = new WeakMap<Definitions, Map<string, XmlPlan>>();

/** The plan of a type; made once per type. Undefined when there is no such type. */
export function xmlPlan(definitions: Definitions, type: string): XmlPlan | undefined {
  let plans = known.get(definitions);
  if (plans === undefined) known.set(definitions, (plans = new Map<string, XmlPlan>()));
  let plan = plans.get(type);
  if (plan === undefined) {
    const definition = definitions.type(type);
    if (definition === undefined) return undefined;
    const elements = new Map<string, XmlElement>();
    for (const property of definition.properties.values()) {
      elements.set(property.property, xmlElement(definitions, property, elements.size));
    }
    plan = { type, isResource: definitions.isResourceType(type), elements };
    plans.set(type, plan);
  }
  return plan;
}

/** The plan of a type that definitions refer to themselves. */
export function planOf(definitions: Definitions, type: string): XmlPlan {
  const plan = xmlPlan(definitions, type);
  if (plan === undefined) throw new RangeError(`the definitions have no type ${type}`);
  return plan;
}

function xmlElement(definitions: Definitions, { property, element, type }: PropertyDef, order: number): XmlElement {
  const kind = definitions.type(type.code)?.kind;
  const form = element.xml ?? (kind === 'primitive' || kind === 'resource' ? kind : 'complex');
  const json = type.code === 'boolean' ? 'boolean' : NUMBERS.has(type.code) ? 'number' : 'string';
  return { property, order, form, type: type.code, isList: element.max > 1, json };
}
