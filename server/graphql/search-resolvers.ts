import { fault } from '../kernel/fault.ts';
import { isFhirId } from '../kernel/id.ts';
import type { JsonObject } from '../kernel/json.ts';
import { createResourceFilter } from './fhirpath-filter.ts';
import { referenceParam, tooMany } from './find-referring.ts';
import { resourceNode, type GraphContext, type GraphNode } from './graph-context.ts';
import { pageToken, queryOfToken } from './page-token.ts';
import { runSearch } from './run-search.ts';
import { fhirValues } from './scalars.ts';
import { argumentCodes, CURSOR_ARGUMENT, REFERENCE_ARGUMENT } from './search-arguments.ts';
import { searchQuery } from './search-query.ts';

/** Arguments of a field, by name. */
export type FieldArguments = Readonly<Record<string, unknown>>;

/** A page of a search. */
export interface Connection {
  readonly total: number | undefined;
  readonly first: string | undefined;
  readonly next: string | undefined;
  readonly resources: readonly JsonObject[];
}

/** A resource by its id. */
export async function readOne(context: GraphContext, type: string, id: string): Promise<GraphNode | null> {
  if (!context.budget.field()) return null;
  const resource = isFhirId(id) ? await context.read(type, id) : undefined;
  return resource === undefined ? null : resourceNode(resource);
}

/** All that match. @throws Fault 422 when they are too many to be answered at once */
export async function listAll(
  context: GraphContext,
  type: string,
  given: FieldArguments,
): Promise<readonly GraphNode[] | null> {
  if (!context.budget.field()) return null;
  const { engine, ctx, budget } = context;
  const { count, query } = conditionsOf(context, type, given);
  const size = count ?? engine.settings.maxCount;
  const { resources, next } = await runSearch(engine, ctx, budget, type, joined(query, `_count=${size}`));
  if (next !== undefined && (count === undefined || count > resources.length)) throw tooMany(engine, type);
  return filtered(context, type, resources, given).map(resourceNode);
}

/** A page of what matches. */
export async function pageOf(
  context: GraphContext,
  type: string,
  given: FieldArguments,
  hasTotal: boolean,
): Promise<Connection | null> {
  if (!context.budget.field()) return null;
  const cursor = given[CURSOR_ARGUMENT];
  const query = typeof cursor === 'string' ? queryOfToken(cursor) : pageQuery(context, type, given, hasTotal);
  if (typeof cursor === 'string' && Object.keys(given).some((name) => name !== CURSOR_ARGUMENT)) {
    throw fault('graphql.cursorAlone', 400, 'value', 'A _cursor continues a search as it was; give it alone.');
  }
  return connection(context, type, query, given);
}

/** The first page of what refers to a resource; further ones are asked for at the outermost level. */
export async function firstReferring(
  context: GraphContext,
  type: string,
  node: GraphNode,
  given: FieldArguments,
  hasTotal: boolean,
): Promise<Connection | null> {
  if (!context.budget.field()) return null;
  const target = nameOf(node);
  const { code } = referenceParam(context.engine, type, String(given[REFERENCE_ARGUMENT]), target);
  const condition = `${encodeURIComponent(code)}=${encodeURIComponent(target)}`;
  return connection(context, type, joined(condition, pageQuery(context, type, given, hasTotal)), given);
}

async function connection(
  context: GraphContext,
  type: string,
  query: string,
  given: FieldArguments,
): Promise<Connection> {
  const { engine, ctx, budget } = context;
  const page = await runSearch(engine, ctx, budget, type, query);
  return {
    total: page.total,
    resources: filtered(context, type, page.resources, given),
    first: pageToken(query),
    next: page.next === undefined ? undefined : pageToken(page.next),
  };
}

function pageQuery(context: GraphContext, type: string, given: FieldArguments, hasTotal: boolean): string {
  const { count, query } = conditionsOf(context, type, given);
  return [query, ...(count === undefined ? [] : [`_count=${count}`]), ...(hasTotal ? ['_total=accurate'] : [])]
    .filter((part) => part !== '')
    .join('&');
}

/** What refers to a resource. */
export async function referring(
  context: GraphContext,
  type: string,
  node: GraphNode,
  given: FieldArguments,
): Promise<readonly JsonObject[]> {
  if (!context.budget.field()) return [];
  const { count, query } = conditionsOf(context, type, given);
  const code = String(given[REFERENCE_ARGUMENT]);
  const found = await context.findReferring({ type, code, query, target: nameOf(node), count });
  return filtered(context, type, found, given);
}

/** @throws Fault 400 for a resource that stands in another one, which nothing refers to */
function nameOf({ json: { resourceType, id } }: GraphNode): string {
  if (typeof resourceType === 'string' && typeof id === 'string') return `${resourceType}/${id}`;
  throw fault('graphql.noIdentity', 400, 'value', 'Only what stands alone is referred to by others.');
}

function conditionsOf(
  { engine: { registry, settings } }: GraphContext,
  type: string,
  { _count: given, ...others }: FieldArguments,
): { readonly count: number | undefined; readonly query: string } {
  const [text] = fhirValues(given);
  const count = text === undefined ? undefined : /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (count !== undefined && !(count >= 1)) throw fault('graphql.badCount', 400, 'value', '_count must be 1 or more.');
  const query = searchQuery(others, argumentCodes(registry, type));
  return { count: count === undefined ? undefined : Math.min(count, settings.maxCount), query };
}

function filtered(
  { engine }: GraphContext,
  type: string,
  resources: readonly JsonObject[],
  { fhirpath }: FieldArguments,
): readonly JsonObject[] {
  if (typeof fhirpath !== 'string') return resources;
  return resources.filter(createResourceFilter(engine.definitions, fhirpath, type));
}

function joined(query: string, more: string): string {
  return query === '' ? more : more === '' ? query : `${query}&${more}`;
}
