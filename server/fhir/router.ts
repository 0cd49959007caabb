import { fault } from '../kernel/fault.ts';
import { isObject } from '../kernel/json.ts';
import { asyncCancel, asyncStatus } from './async/async-routes.ts';
import { laterBy } from './async/respond-async.ts';
import { bulkFile } from './bulk-files.ts';
import { capabilities } from './capability/metadata.ts';
import type { Ctx, Engine } from './engine.ts';
import { batch } from './interactions/batch.ts';
import { create } from './interactions/create.ts';
import { conditionalDelete, remove } from './interactions/delete.ts';
import { historyInstance, historySystem, historyType } from './interactions/history.ts';
import { conditionalPatch, patch } from './interactions/patch.ts';
import { read } from './interactions/read.ts';
import { searchCompartment } from './interactions/search-compartment.ts';
import { searchSystem } from './interactions/search-system.ts';
import { searchType } from './interactions/search-type.ts';
import { transaction } from './interactions/transaction.ts';
import { conditionalUpdate, update } from './interactions/update.ts';
import { vread } from './interactions/vread.ts';
import { idempotently } from './idempotency.ts';
import { withProvenance } from './write/provenance-header.ts';
import { refuseServedElsewhere, typeServerOf } from './type-server.ts';
import { runOperation } from './operations/run.ts';
import type { FhirRequest, FhirResponse } from './request.ts';
import type { Route } from './route.ts';

/** Everything the server answers below its base. CapabilityStatement and OpenAPI are generated from this table. */
export const ROUTES: readonly Route[] = [
  { method: 'GET', shape: 'T/I', interaction: 'read', run: read },
  { method: 'GET', shape: 'T/I/_history/I', interaction: 'vread', run: vread },
  { method: 'PUT', shape: 'T/I', interaction: 'update', run: update },
  { method: 'PUT', shape: 'T', interaction: 'conditional-update', run: conditionalUpdate },
  { method: 'PATCH', shape: 'T/I', interaction: 'patch', run: patch },
  { method: 'PATCH', shape: 'T', interaction: 'conditional-patch', run: conditionalPatch },
  { method: 'DELETE', shape: 'T/I', interaction: 'delete', run: remove },
  { method: 'DELETE', shape: 'T', interaction: 'conditional-delete', run: conditionalDelete },
  { method: 'POST', shape: 'T', interaction: 'create', run: create },
  { method: 'GET', shape: 'T/I/_history', interaction: 'history-instance', run: historyInstance },
  { method: 'GET', shape: 'T/_history', interaction: 'history-type', run: historyType },
  { method: 'GET', shape: '_history', interaction: 'history-system', run: historySystem },
  { method: 'GET', shape: 'T', interaction: 'search-type', run: searchType },
  { method: 'POST', shape: 'T/_search', interaction: 'search-type', run: searchType },
  { method: 'GET', shape: '', interaction: 'search-system', run: searchSystem },
  { method: 'POST', shape: '_search', interaction: 'search-system', run: searchSystem },
  { method: 'GET', shape: 'T/I/T', interaction: 'search-compartment', run: searchCompartment },
  { method: 'GET', shape: 'T/I/*', interaction: 'search-compartment', run: searchCompartment },
  { method: 'POST', shape: 'T/I/T/_search', interaction: 'search-compartment', run: searchCompartment },
  { method: 'POST', shape: 'T/I/_search', interaction: 'search-compartment', run: searchCompartment },
  { method: 'POST', shape: '', interaction: 'batch', run: bundle },
  { method: 'GET', shape: 'metadata', interaction: 'capabilities', isPublic: true, run: metadata },
  { method: 'GET', shape: '_async/I', interaction: 'async-status', run: asyncStatus },
  { method: 'DELETE', shape: '_async/I', interaction: 'async-cancel', run: asyncCancel },
  { method: 'GET', shape: '_bulk/I/I', interaction: 'bulk-file', run: bulkFile },
  { method: 'GET', shape: '$', interaction: 'operation', run: runOperation },
  { method: 'POST', shape: '$', interaction: 'operation', run: runOperation },
  { method: 'GET', shape: 'T/$', interaction: 'operation', run: runOperation },
  { method: 'POST', shape: 'T/$', interaction: 'operation', run: runOperation },
  { method: 'GET', shape: 'T/I/$', interaction: 'operation', run: runOperation },
  { method: 'POST', shape: 'T/I/$', interaction: 'operation', run: runOperation },
];

const table = new Map<string, Route>();
const methods = new Map<string, string[]>();
for (const route of ROUTES) {
  table.set(`${route.method} ${route.shape}`, route);
  methods.set(route.shape, [
    ...(methods.get(route.shape) ?? []),
    route.method,
    ...(route.method === 'GET' ? ['HEAD'] : []),
  ]);
}

/**
 * Runs the interaction that the request names.
 * @throws Fault 404 for paths that do not exist, 405 with Allow for methods that a path does not take
 */
export async function route(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const match = findRoute(engine, request.method, request.path);
  ctx.audit.begin(match.interaction, request.path, request.query);
  const elsewhere = typeServerOf(engine, match.shape, match.interaction, request.path);
  if (elsewhere === undefined && match.interaction.startsWith('search-')) refuseServedElsewhere(engine, request.query);
  const found = elsewhere ?? match.run;
  const later = laterBy(engine, match.interaction, request);
  const run =
    later !== undefined
      ? (inner: Ctx) => later.startRequest(inner, request)
      : request.headers.provenance === undefined
        ? (inner: Ctx) => found(engine, inner, request)
        : (inner: Ctx) =>
            withProvenance(engine, inner, request, match.interaction, (own) => found(engine, own, request));
  if (request.headers.idempotencyKey !== undefined && request.method === 'POST' && !match.shape.endsWith('_search')) {
    return later === undefined
      ? idempotently(engine, ctx, request, run)
      : idempotently(engine, ctx, request, run, true);
  }
  return run(ctx);
}

/**
 * The table's line for a request; http uses its `interaction` for metrics.
 * @param method any HTTP method
 */
export function findRoute(engine: Engine, method: string, path: readonly string[]): Route {
  const shape = shapeOf(engine, path);
  const match = table.get(`${method === 'HEAD' ? 'GET' : method} ${shape}`);
  if (match !== undefined) return match;
  const allowed = methods.get(shape);
  if (allowed === undefined) throw unknownPath(engine, path);
  throw fault(
    'rest.methodNotAllowed',
    405,
    'not-supported',
    `${method.slice(0, 32)} is not possible here; ${allowed.join(', ')} are.`,
    'http.method',
    { headers: { Allow: allowed.join(', ') } },
  );
}

const LITERALS: ReadonlySet<string> = new Set(['_history', '_search', '_async', '*', 'metadata']);

function shapeOf(engine: Engine, path: readonly string[]): string {
  const [first] = path;
  if (first === undefined) return '';
  if (path.length === 1 && !first.startsWith('$')) return engine.definitions.isResourceType(first) ? 'T' : first;
  if (first === '_bulk') return path.length === 3 ? '_bulk/I/I' : '?';
  let shape = '';
  for (let index = 0; index < path.length; index += 1) {
    const segment = path[index] ?? '';
    if (index > 0) shape += '/';
    if (segment.startsWith('$')) shape += '$';
    else if (LITERALS.has(segment)) shape += segment;
    else if (index % 2 === 0 && engine.definitions.isResourceType(segment)) shape += 'T';
    else if (index % 2 === 1) shape += 'I';
    else return '?';
  }
  return shape;
}

function unknownPath(engine: Engine, path: readonly string[]): Error {
  const [first = ''] = path;
  if (!first.startsWith('_') && !first.startsWith('$') && !engine.definitions.isResourceType(first)) {
    return fault(
      'rest.unknownType',
      404,
      'not-found',
      `"${first.slice(0, 64)}" is not a resource type of FHIR R4; type names are case-sensitive, such as Patient or Observation.`,
      'http.url',
    );
  }
  return fault(
    'rest.unknownPath',
    404,
    'not-found',
    'There is nothing at this path. GET [base]/metadata tells what is supported.',
    'http.url',
  );
}

function metadata(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  return capabilities(engine, ctx, request, ROUTES);
}

async function bundle(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const { body } = request;
  if (!isObject(body) || body.resourceType !== 'Bundle') {
    throw fault(
      'bundle.notABundle',
      400,
      'structure',
      'POST on the base takes a Bundle of type batch or transaction.',
      'resourceType',
    );
  }
  if (body.type === 'transaction') return transaction(engine, ctx, request, body, route);
  if (body.type === 'batch') return batch(engine, ctx, request, body, route);
  throw fault(
    'bundle.badType',
    400,
    'value',
    'Bundle.type must be batch or transaction to be processed; POST other Bundles to [base]/Bundle.',
    'Bundle.type',
  );
}
