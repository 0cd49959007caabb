import type { Definitions, ElementDef, PropertyDef, TypeDef } from '../definitions/definitions.ts';
import { primitive, type Primitive } from './primitives/primitive.ts';
import { literalReference } from './rules/reference.ts';

/** What JSON objects of one type may hold, ready to be looked up by property name. */
export interface ObjectRule {
  readonly kind: 'object';
  /** `Patient`, `HumanName`, `Patient.contact` */
  readonly name: string;
  readonly isResource: boolean;
  /** The `_x` companions of primitives included. */
  readonly properties: ReadonlyMap<string, PropertyRule>;
  readonly required: readonly RequiredRule[];
}

export interface PropertyRule {
  /** The JSON property. */
  readonly name: string;
  /** Name of the element: `value` for `valueQuantity` and `_valueString`. */
  readonly element: string;
  readonly isList: boolean;
  readonly isChoice: boolean;
  readonly content: Content;
  /** Of a primitive `x` and its companion `_x` each other's name. */
  readonly partner?: string;
}

type Content = Primitive | ObjectRule | { readonly kind: 'resource' } | { readonly kind: 'contained' };

interface RequiredRule {
  readonly element: string;
  /** Properties of which one must be there. */
  readonly names: readonly string[];
  /** What would be accepted, as it follows "needs ". */
  readonly accepted: string;
}

/** Rules by type, made from the definitions when a type first comes by. Undefined for unknown types. */
export function createRules(definitions: Definitions): (type: string) => ObjectRule | undefined {
  const rules = new Map<string, ObjectRule>();
  const reference = literalReference((name) => definitions.isResourceType(name));

  function ruleOf(type: TypeDef): ObjectRule {
    const known = rules.get(type.name);
    if (known !== undefined) return known;
    const properties = new Map<string, PropertyRule>();
    const required: RequiredRule[] = [];
    const { name } = type;
    const rule: ObjectRule = { kind: 'object', name, isResource: type.kind === 'resource', properties, required };
    // Types hold each other (an Extension in an Extension), so a rule is known before it is complete.
    rules.set(name, rule);
    for (const property of type.properties.values()) addProperty(type, property, properties);
    for (const element of type.elements) {
      if (element.min > 0) required.push(requiredRule(element, properties));
    }
    return rule;
  }

  function addProperty(owner: TypeDef, definition: PropertyDef, properties: Map<string, PropertyRule>): void {
    const { property: name, element } = definition;
    const content = contentOf(owner, definition);
    const common = { element: element.name, isList: element.max > 1, isChoice: element.isChoice };
    if (content.kind !== 'primitive' || !canBeExtended(element)) {
      properties.set(name, { ...common, name, content });
      return;
    }
    const companion = `_${name}`;
    properties.set(name, { ...common, name, content, partner: companion });
    properties.set(companion, { ...common, name: companion, content: ruleOf(typeOf('Element')), partner: name });
  }

  function contentOf(owner: TypeDef, { element, type }: PropertyDef): Content {
    if (element.name === 'contained') return { kind: 'contained' };
    // R4 calls the type of Resource.id a string.
    if (element.name === 'id' && owner.kind === 'resource') return primitive('id');
    if (element.name === 'reference' && owner.name === 'Reference') return reference;
    const definition = typeOf(type.code);
    if (definition.kind === 'primitive') return primitive(definition.name);
    return definition.kind === 'resource' ? { kind: 'resource' } : ruleOf(definition);
  }

  function typeOf(name: string): TypeDef {
    const type = definitions.type(name);
    if (type === undefined) throw new RangeError(`the definitions have no type ${name}`);
    return type;
  }

  return (name) => (definitions.isResourceType(name) ? (rules.get(name) ?? ruleOf(typeOf(name))) : undefined);
}

/** Ids, Extension.url and Narrative.div are attributes or markup: there is no place for an extension. */
function canBeExtended({ name, xml }: ElementDef): boolean {
  return name !== 'id' && xml === undefined;
}

function requiredRule({ name, isChoice }: ElementDef, properties: ReadonlyMap<string, PropertyRule>): RequiredRule {
  const all = [...properties].filter(([, property]) => property.element === name).map(([key]) => key);
  const values = all.filter((key) => !key.startsWith('_'));
  return { element: name, names: all, accepted: isChoice ? `one of ${values.join(', ')}` : `the element ${name}` };
}
