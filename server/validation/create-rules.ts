import type { Definitions, ElementDef, PropertyDef, TypeDef } from '../definitions/definitions.ts';
import { objectChecks } from './object-checks.ts';
import type { Content, ObjectCheck, ObjectRule, PropertyRule, RequiredRule, ValueCheck } from './object-rule.ts';
import { primitive } from './primitives/primitive.ts';
import { quickTest, type QuickTest } from './quick-test.ts';
import { literalReference } from './rules/reference.ts';
import { valueChecks } from './value-checks.ts';

const NO_CHECKS: readonly ValueCheck[] = [];

/** Rules by resource type, made from the definitions when a type first comes by. Undefined for unknown types. */
export function createRules(definitions: Definitions): (type: string) => ObjectRule | undefined {
  const rules = new Map<string, ObjectRule>();
  const reference = literalReference((name) => definitions.isResourceType(name));

  function ruleOf(type: TypeDef): ObjectRule {
    const known = rules.get(type.name);
    if (known !== undefined) return known;
    const properties = new Map<string, PropertyRule>();
    const { name } = type;
    const needed = type.elements.filter(({ min }) => min > 0);
    const required = needed.map((element, index) => requiredRule(element, 1 << index, type));
    let checks: readonly ObjectCheck[] | undefined;
    const rule: ObjectRule = {
      kind: 'object',
      name,
      isResource: type.kind === 'resource',
      properties,
      required,
      requiredBits: (1 << needed.length) - 1,
      checks: () => (checks ??= objectChecks(type, definitions)),
    };
    // Types hold each other (an Extension in an Extension), so a rule is known before it is complete.
    rules.set(name, rule);
    for (const property of type.properties.values()) {
      const bit = required.find(({ element }) => element === property.element.name)?.bit ?? 0;
      addProperty(type, property, bit, properties);
    }
    return rule;
  }

  function addProperty(
    owner: TypeDef,
    definition: PropertyDef,
    requiredBit: number,
    properties: Map<string, PropertyRule>,
  ): void {
    const { property: name, element, type } = definition;
    const choices = owner.elements.filter(({ isChoice }) => isChoice).map((choice) => choice.name);
    const content = contentOf(owner, definition);
    const common = {
      element: element.name,
      isList: element.max > 1,
      choiceBit: element.isChoice ? 1 << choices.indexOf(element.name) : 0,
      definition: `${owner.name}.${element.name}`,
      type: type.code,
      requiredBit,
    };
    let checks: readonly ValueCheck[] | undefined;
    const own: PropertyRule = {
      ...common,
      name,
      content,
      checks: () => (checks ??= valueChecks(owner, definition, definitions)),
    };
    if (content.kind !== 'primitive') {
      properties.set(name, own);
      return;
    }
    let test: QuickTest | undefined;
    const quick: PropertyRule = {
      ...own,
      isQuicklyDone: (value, parent) =>
        (test ??= quickTest(definition, content, own.checks().length, definitions))(value, parent),
    };
    if (!canBeExtended(element)) {
      properties.set(name, quick);
      return;
    }
    const companion = `_${name}`;
    properties.set(name, { ...quick, partner: companion });
    properties.set(companion, {
      ...common,
      name: companion,
      content: ruleOf(typeOf('Element')),
      partner: name,
      checks: () => NO_CHECKS,
    });
  }

  function contentOf(owner: TypeDef, { element, type }: PropertyDef): Content {
    if (element.name === 'contained') return { kind: 'contained', ruleOf: resourceRule };
    // R4 calls the type of Resource.id a string.
    if (element.name === 'id' && owner.kind === 'resource') return primitive('id');
    if (element.name === 'reference' && owner.name === 'Reference') return reference;
    const definition = typeOf(type.code);
    if (definition.kind === 'primitive') return primitive(definition.name);
    return definition.kind === 'resource' ? { kind: 'resource', ruleOf: resourceRule } : ruleOf(definition);
  }

  function typeOf(name: string): TypeDef {
    const type = definitions.type(name);
    if (type === undefined) throw new RangeError(`the definitions have no type ${name}`);
    return type;
  }

  function resourceRule(name: string): ObjectRule | undefined {
    return definitions.isResourceType(name) ? (rules.get(name) ?? ruleOf(typeOf(name))) : undefined;
  }

  return resourceRule;
}

/** Ids, Extension.url and Narrative.div are attributes or markup: there is no place for an extension. */
function canBeExtended({ name, xml }: ElementDef): boolean {
  return name !== 'id' && xml === undefined;
}

function requiredRule({ name, isChoice }: ElementDef, bit: number, { properties }: TypeDef): RequiredRule {
  const names = [...properties.values()].filter(({ element }) => element.name === name).map(({ property }) => property);
  return { element: name, bit, accepted: isChoice ? `one of ${names.join(', ')}` : `the element ${name}` };
}
