import {
  getNamedType,
  GraphQLError,
  isInputType,
  Kind,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  VariablesInAllowedPositionRule,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type OperationDefinitionNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { Engine } from '../fhir/engine.ts';
import { Fault, fault } from '../kernel/fault.ts';
import type { SearchRegistry } from '../search/registry-types.ts';
import { withSlices } from './flatten.ts';
import { graphError } from './graph-error.ts';
import type { GraphqlRequest } from './graphql-request.ts';
import { asksForSchema, asksForSchemaOnly } from './introspection.ts';
import { namedTypes } from './named-types.ts';
import { checkSize, MAX_TOKENS } from './query-limits.ts';
import { FHIR_VALUE } from './scalars.ts';
import { schemaFor } from './schemas.ts';
import { withTypedReferences } from './typed-references.ts';

/** A query that may run, with the resource types that it names; or what is wrong with it. */
export type PreparedQuery =
  { readonly named: readonly string[]; readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] };

type Described = Pick<Engine, 'definitions' | 'registry'>;

const MAX_ERRORS = 20;
/** Queries that are kept; applications send the same ones again and again. */
const MAX_KEPT = 200;
/** Characters; longer ones are not kept. */
const MAX_KEPT_LENGTH = 10_000;

/** Values are texts, and variables that hold some may be declared as String, ID, Int or any other scalar. */
const variablesInPlace: ValidationRule = (context) =>
  VariablesInAllowedPositionRule(
    Object.create(context, {
      getRecursiveVariableUsages: {
        value: (operation: OperationDefinitionNode) =>
          context
            .getRecursiveVariableUsages(operation)
            .filter(({ type }) => !isInputType(type) || getNamedType(type) !== FHIR_VALUE),
      },
    }) as ValidationContext,
  );

const RULES = specifiedRules.map((rule) => (rule === VariablesInAllowedPositionRule ? variablesInPlace : rule));

const kept = new WeakMap<SearchRegistry, Map<string, PreparedQuery>>();

/**
 * Parses and checks a query: what depends on its text alone, whoever asks.
 * @param root type of the resource that it starts from
 */
export function prepareQuery(engine: Described, query: string, root: string | undefined): PreparedQuery {
  if (query.length > MAX_KEPT_LENGTH) return prepared(engine, query, root);
  let queries = kept.get(engine.registry);
  if (queries === undefined) kept.set(engine.registry, (queries = new Map<string, PreparedQuery>()));
  const key = `${root ?? ''} ${query}`;
  let known = queries.get(key);
  if (known === undefined) {
    known = prepared(engine, query, root);
    if (queries.size >= MAX_KEPT) queries.clear();
    // What is wrong is not kept, so that it cannot drive out what is asked again.
    if (!('errors' in known)) queries.set(key, known);
  }
  return known;
}

function prepared(engine: Described, query: string, root: string | undefined): PreparedQuery {
  try {
    const parsed = parse(query, { maxTokens: MAX_TOKENS });
    checkSize(parsed);
    if (parsed.definitions.some(isChange)) throw queriesOnly();
    if (asksForSchema(parsed) && (root !== undefined || !asksForSchemaOnly(parsed))) throw notAlone();
    const document = visit(withTypedReferences(parsed), { Field: { leave: (field) => withSlices(field) } });
    const named = namedTypes(engine.definitions, document);
    const errors = validate(schemaFor(engine, named, root), document, RULES, { maxErrors: MAX_ERRORS });
    return errors.length > 0 ? { errors } : { named, document };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    if (error instanceof Fault) return { errors: [graphError(error)] };
    throw error;
  }
}

/** Whether the request asks for nothing but what there is; whether it is well-formed is not looked at. */
export function isSchemaRequest({ query }: GraphqlRequest): boolean {
  if (!query.includes('__')) return false;
  try {
    const parsed = parse(query, { maxTokens: MAX_TOKENS });
    return asksForSchema(parsed) && asksForSchemaOnly(parsed);
  } catch (error) {
    if (error instanceof GraphQLError) return false;
    throw error;
  }
}

function isChange(definition: DefinitionNode): boolean {
  return definition.kind === Kind.OPERATION_DEFINITION && definition.operation !== OperationTypeNode.QUERY;
}

function queriesOnly(): Fault {
  const text =
    'Only queries are answered; changes go through the REST interface, and subscriptions through Subscription.';
  return fault('graphql.queriesOnly', 400, 'not-supported', text);
}

function notAlone(): Fault {
  const text = '__schema and __type are asked for on [base]/$graphql, and without anything else.';
  return fault('graphql.schemaAlone', 400, 'not-supported', text);
}
