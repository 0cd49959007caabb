import {
  GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLSchema,
  specifiedDirectives,
  type GraphQLFieldConfigMap,
  type GraphQLOutputType,
} from 'graphql';
import type { Definitions } from '../definitions/definitions.ts';
import type { SearchRegistry } from '../search/registry-types.ts';
import { DIRECTIVES } from './directives.ts';
import { elementFields } from './element-fields.ts';
import type { GraphContext, GraphNode } from './graph-context.ts';
import { scalarOf } from './scalars.ts';
import type { SchemaTypes } from './schema-types.ts';
import { connectionType, reverseFields, rootFields } from './search-fields.ts';

type NodeFields = GraphQLFieldConfigMap<GraphNode, GraphContext>;

/**
 * The schema for a query that names some resource types. Those that it does not name are there with the fields that all
 * resources have, so that the query means the same as with the schema of all types, which takes a second to make.
 * @param root type of the resource that the query starts from; undefined: the system
 */
export function createSchema(
  definitions: Definitions,
  registry: SearchRegistry,
  named: readonly string[],
  root: string | undefined,
): GraphQLSchema {
  const made = new Map<string, GraphQLOutputType>();
  const connections = new Map<string, GraphQLObjectType>();
  const isNamed = new Set(named);

  const resource = new GraphQLInterfaceType({
    name: 'Resource',
    fields: () => elementFields(types, 'Resource'),
    resolveType: ({ json }: GraphNode) => String(json.resourceType),
  });

  const types: SchemaTypes = {
    definitions,
    registry,
    named,
    type(name) {
      let type = made.get(name);
      if (type === undefined) made.set(name, (type = make(name)));
      return type;
    },
  };

  function make(name: string): GraphQLOutputType {
    if (name === 'Resource') return resource;
    const definition = definitions.type(name);
    if (definition?.kind === 'primitive') return scalarOf(name);
    const isResource = definition?.kind === 'resource';
    return new GraphQLObjectType<GraphNode, GraphContext>({
      name: graphName(name),
      interfaces: isResource ? [resource] : [],
      fields: () => (isResource ? resourceFields(name) : elementFields(types, name)),
    });
  }

  function resourceFields(name: string): NodeFields {
    const common = elementFields(types, 'Resource');
    if (!isNamed.has(name)) return common;
    return { ...common, ...elementFields(types, name), ...reverseFields(types, connectionOf, name) };
  }

  function connectionOf(type: string): GraphQLObjectType {
    let connection = connections.get(type);
    if (connection === undefined) connections.set(type, (connection = connectionType(types, type)));
    return connection;
  }

  const query =
    root === undefined
      ? new GraphQLObjectType({ name: 'Query', fields: () => rootFields(types, connectionOf) })
      : (types.type(root) as GraphQLObjectType);
  return new GraphQLSchema({
    query,
    types: definitions.resourceTypes.map((name) => types.type(name) as GraphQLObjectType),
    directives: [...specifiedDirectives, ...DIRECTIVES],
    // Made out of definitions, not out of what somebody sent.
    assumeValid: true,
  });
}

/** `PatientContact` of `Patient.contact`. */
export function graphName(name: string): string {
  return name
    .split('.')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}
