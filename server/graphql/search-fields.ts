import {
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLString,
  Kind,
  type GraphQLFieldConfigMap,
  type GraphQLResolveInfo,
} from 'graphql';
import type { JsonObject } from '../kernel/json.ts';
import { leadingTo } from './find-referring.ts';
import { resourceNode, type GraphContext, type GraphNode } from './graph-context.ts';
import { reporting } from './graph-error.ts';
import { GRAPH_ID } from './scalars.ts';
import type { SchemaTypes } from './schema-types.ts';
import { commonArguments, cursorArgument, referenceArgument, searchArguments } from './search-arguments.ts';
import {
  firstReferring,
  listAll,
  pageOf,
  readOne,
  referring,
  type Connection,
  type FieldArguments,
} from './search-resolvers.ts';

type Fields = GraphQLFieldConfigMap<GraphNode, GraphContext>;

const fhirpathArgument = { fhirpath: { type: GraphQLString } };

/** Of the outermost level: one resource, all that match, or pages of them. https://hl7.org/fhir/R4/graphql.html#searching */
export function rootFields(types: SchemaTypes, connectionOf: (type: string) => GraphQLObjectType): Fields {
  return Object.fromEntries(
    types.named.flatMap((type): [string, Fields[string]][] => {
      const args = { ...searchArguments(types.registry, type), ...fhirpathArgument };
      return [
        [
          type,
          {
            type: types.type(type),
            args: { id: { type: new GraphQLNonNull(GRAPH_ID) } },
            resolve: reporting((_node, { id }: FieldArguments, context) => readOne(context, type, String(id))),
          },
        ],
        [
          `${type}List`,
          {
            type: new GraphQLList(types.type(type)),
            args,
            resolve: reporting((_node, given: FieldArguments, context) => listAll(context, type, given)),
          },
        ],
        [
          `${type}Connection`,
          {
            type: connectionOf(type),
            args: { ...args, ...cursorArgument },
            resolve: (_node, given: FieldArguments, context, info) =>
              reporting(() => pageOf(context, type, given, wantsTotal(info)))(_node, given, context),
          },
        ],
      ];
    }),
  );
}

/** Of a resource: what refers to it. https://hl7.org/fhir/R4/graphql.html#reverse */
export function reverseFields(
  types: SchemaTypes,
  connectionOf: (type: string) => GraphQLObjectType,
  target: string,
): Fields {
  const { definitions, registry, named } = types;
  // With all arguments of all types the schema would take half a gigabyte.
  const isWhole = named.length === definitions.resourceTypes.length;
  return Object.fromEntries(
    named.flatMap((type): [string, Fields[string]][] => {
      if (leadingTo(registry, type, target).length === 0) return [];
      const conditions = isWhole ? commonArguments : searchArguments(registry, type);
      const args = { ...referenceArgument, ...conditions, ...fhirpathArgument };
      const description = `What refers to it. Every argument of the outermost ${type}List is one here as well.`;
      return [
        [
          `${type}List`,
          {
            type: new GraphQLList(types.type(type)),
            description,
            args,
            resolve: reporting(async (node, given: FieldArguments, context) =>
              (await referring(context, type, node, given)).map(resourceNode),
            ),
          },
        ],
        [
          `${type}Connection`,
          {
            type: connectionOf(type),
            description,
            args,
            resolve: (node, given: FieldArguments, context, info) =>
              reporting(() => firstReferring(context, type, node, given, wantsTotal(info)))(node, given, context),
          },
        ],
      ];
    }),
  );
}

/** A page of a search. */
export function connectionType(types: SchemaTypes, type: string): GraphQLObjectType<Connection, GraphContext> {
  const edge = new GraphQLObjectType<JsonObject, GraphContext>({
    name: `${type}Edge`,
    fields: () => ({
      mode: { type: GraphQLString, resolve: () => 'match' },
      resource: { type: types.type(type), resolve: (resource) => resourceNode(resource) },
    }),
  });
  return new GraphQLObjectType<Connection, GraphContext>({
    name: `${type}Connection`,
    fields: {
      count: { type: GraphQLInt, description: 'How many match, over all pages.', resolve: ({ total }) => total },
      pagesize: {
        type: GraphQLInt,
        description: 'How many are on this page.',
        resolve: ({ resources }) => resources.length,
      },
      edges: { type: new GraphQLList(edge), resolve: ({ resources }) => resources },
      first: { type: GraphQLString, description: '_cursor of the first page.' },
      next: { type: GraphQLString, description: '_cursor of the next page; null on the last one.' },
    },
  });
}

/** Counting costs: it is done where it is asked for. */
function wantsTotal({ fieldNodes, fragments }: GraphQLResolveInfo): boolean {
  return fieldNodes.some(({ selectionSet }) =>
    (selectionSet?.selections ?? []).some((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value === 'count';
      const inside = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
      return (
        inside?.selectionSet.selections.some((each) => each.kind === Kind.FIELD && each.name.value === 'count') ?? false
      );
    }),
  );
}
