import {
  GraphQLBoolean,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigMap,
  type GraphQLOutputType,
} from 'graphql';
import type { PropertyDef } from '../definitions/definitions.ts';
import { isObject, numberText, type JsonArray, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { chosenItems, listArguments, type ListArguments } from './element-list.ts';
import { ExactNumber } from './exact-number.ts';
import type { GraphContext, GraphNode } from './graph-context.ts';
import { reporting } from './graph-error.ts';
import { resolveReference, type ReferenceArguments } from './resolve-reference.ts';
import { FHIR_VALUE, scalarOf } from './scalars.ts';
import type { SchemaTypes } from './schema-types.ts';

export type NodeField<Args = object> = GraphQLFieldConfig<GraphNode, GraphContext, Args>;

/** Fields of a type: its elements, by their JSON names, as R4 defines them. https://hl7.org/fhir/R4/graphql.html#fields */
export function elementFields(types: SchemaTypes, name: string): GraphQLFieldConfigMap<GraphNode, GraphContext> {
  const fields: GraphQLFieldConfigMap<GraphNode, GraphContext> = {};
  const definition = types.definitions.type(name);
  if (definition?.kind === 'resource')
    fields.resourceType = { type: scalarOf('code'), resolve: ({ json }) => json.resourceType };
  for (const property of definition?.properties.values() ?? []) {
    const isPrimitive = types.definitions.type(property.type.code)?.kind === 'primitive';
    fields[property.property] = isPrimitive ? primitiveField(property) : elementField(types, property);
    // Ids are attributes in XML: nothing can be said beside them.
    if (isPrimitive && property.element.xml === undefined && property.property !== 'id') {
      fields[`_${property.property}`] = companionField(types, property);
    }
  }
  if (name === 'Reference') fields.resource = referenceField(types);
  return fields;
}

function listed(type: GraphQLOutputType, { element }: PropertyDef): GraphQLOutputType {
  return element.max > 1 ? new GraphQLList(type) : type;
}

function primitiveField(property: PropertyDef): NodeField {
  const { property: name, type } = property;
  const isDecimal = type.code === 'decimal';
  return {
    type: listed(scalarOf(type.code), property),
    resolve: ({ json }, _args, { budget }) => {
      const value = json[name];
      if (!budget.field() || value === undefined) return null;
      return isDecimal ? exact(json, name, value) : value;
    },
  };
}

function exact(parent: JsonObject | JsonArray, key: string, value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map((item, index) => exact(value, String(index), item));
  const text = numberText(parent, key);
  return text === undefined ? null : new ExactNumber(text);
}

/** Id and extensions of a primitive: `_birthDate`. */
function companionField(types: SchemaTypes, property: PropertyDef): NodeField {
  const name = `_${property.property}`;
  return {
    type: listed(types.type('Element'), property),
    resolve: ({ json, owner }, _args, { budget }) => {
      const value = json[name];
      if (!budget.field() || value === undefined) return null;
      return Array.isArray(value)
        ? value.map((item) => (isObject(item) ? { json: item, owner } : null))
        : nodeOf(value, owner);
    },
  };
}

function elementField(types: SchemaTypes, property: PropertyDef): NodeField<ListArguments> {
  const { property: name, type: ref, element } = property;
  const type = listed(types.type(ref.code), property);
  const isResource = ref.code === 'Resource';
  // A contained resource refers to its neighbours; the resources of a Bundle each to their own.
  const ownerOf = (json: JsonObject, owner: JsonObject): JsonObject =>
    isResource && name !== 'contained' ? json : owner;
  if (element.max === 1) {
    return {
      type,
      resolve: ({ json, owner }, _args, { budget }) => {
        const value = json[name];
        if (!budget.field() || !isObject(value)) return null;
        return { json: value, owner: ownerOf(value, owner) };
      },
    };
  }
  return {
    type,
    args: isResource ? {} : listArguments(types.definitions, property),
    resolve: reporting(({ json, owner }, args, { budget }) => {
      const value = json[name];
      if (!budget.field() || !Array.isArray(value)) return null;
      const items = chosenItems(types.definitions, property, value, owner, args);
      return items.map((item) => ({ json: item, owner: ownerOf(item, owner) }));
    }),
  };
}

function nodeOf(value: JsonValue, owner: JsonObject): GraphNode | null {
  return isObject(value) ? { json: value, owner } : null;
}

/** What a reference points to. https://hl7.org/fhir/R4/graphql.html#references */
function referenceField(types: SchemaTypes): NodeField<ReferenceArguments> {
  return {
    type: types.type('Resource'),
    args: {
      optional: {
        type: GraphQLBoolean,
        description: 'Whether it may be that the resource cannot be had; default false.',
      },
      type: { type: new GraphQLList(new GraphQLNonNull(FHIR_VALUE)), description: 'Only resources of these types.' },
    },
    resolve: reporting((node, args, context) => resolveReference(node, args, context)),
  };
}
