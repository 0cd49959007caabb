import {
  execute,
  GraphQLError,
  Kind,
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
} from 'graphql';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { Fault } from '../kernel/fault.ts';
import type { JsonObject } from '../kernel/json.ts';
import { createReferenceReader } from '../search/index/reference-target.ts';
import { createBudget } from './budget.ts';
import { createFindReferring } from './find-referring.ts';
import { changesForm, flattened } from './flatten.ts';
import { resourceNode, type GraphContext } from './graph-context.ts';
import { graphError } from './graph-error.ts';
import type { GraphqlRequest } from './graphql-request.ts';
import { prepareQuery } from './prepare-query.ts';
import { schemaFor } from './schemas.ts';
import { createReadResource } from './read-resources.ts';

/** What a query gives; without `data` it was refused before it ran. */
export interface QueryResult {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLError[];
}

const MAX_ERRORS = 20;

/**
 * Runs a query with the rights of the context. Mistakes of a query are errors in the result; bugs reject.
 * @param root the resource that it starts from, as the caller may see it
 */
export async function runQuery(
  engine: Engine,
  ctx: Ctx,
  request: GraphqlRequest,
  root: JsonObject | undefined,
): Promise<QueryResult> {
  const start = root === undefined ? undefined : String(root.resourceType);
  const prepared = prepareQuery(engine, request.query, start);
  if ('errors' in prepared) return prepared;
  const context = createContext(engine, ctx);
  const result = await execute({
    schema: schemaFor(engine, prepared.named, start),
    document: prepared.document,
    rootValue: root === undefined ? {} : resourceNode(root),
    contextValue: context,
    variableValues: request.variables,
    ...(request.operationName === undefined ? {} : { operationName: request.operationName }),
  });
  const { exceeded } = context.budget;
  if (exceeded !== undefined) return { errors: [graphError(exceeded)] };
  for (const { originalError } of result.errors ?? []) throwBug(originalError);
  return shaped(prepared.document, request.operationName, result);
}

function createContext(engine: Engine, ctx: Ctx): GraphContext {
  const budget = createBudget();
  const { definitions, settings } = engine;
  return {
    engine,
    ctx,
    budget,
    read: createReadResource(engine, ctx, budget),
    findReferring: createFindReferring(engine, ctx, budget),
    readReference: createReferenceReader((name) => definitions.isResourceType(name), [ctx.baseUrl, settings.baseUrl]),
  };
}

/** Errors of resolvers are faults, told by reporting(), and GraphQL's own of values; others are bugs, and not told. */
function throwBug(error: Error | undefined): void {
  if (error !== undefined && !(error instanceof Fault) && !(error instanceof GraphQLError)) throw error;
}

function shaped(document: DocumentNode, operationName: string | undefined, result: ExecutionResult): QueryResult {
  const { data, errors } = result;
  const told = errors === undefined ? {} : { errors: errors.slice(0, MAX_ERRORS) };
  if (data === undefined || data === null) return { ...(data === undefined ? {} : { data }), ...told };
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const operation = operations.find(({ name }) => operationName === undefined || name?.value === operationName);
  if (operation === undefined || !changesForm(document)) return { data, ...told };
  try {
    return { data: flattened(operation.selectionSet, fragmentsOf(document), data), ...told };
  } catch (error) {
    if (error instanceof Fault) return { data: null, errors: [graphError(error)] };
    throw error;
  }
}

function fragmentsOf({ definitions }: DocumentNode): Readonly<Record<string, FragmentDefinitionNode>> {
  const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]));
}
