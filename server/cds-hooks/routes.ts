import type { IncomingMessage } from 'node:http';
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { Principal } from '../access/principal.ts';
import type { AnsweredTrail, RequestTrail } from '../fhir/audit-trail.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { requestContext } from '../fhir/request-context.ts';
import { Fault, fault } from '../kernel/fault.ts';
import { uuidv7 } from '../kernel/id.ts';
import { JsonSyntaxError, parseJson, stringifyJson, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { CdsContext } from '../sdk/cds-service.ts';
import { callService } from './call-service.ts';
import { readCall, type CallRequest } from './call-request.ts';
import type { CdsCaller, IdentifyCaller } from './caller.ts';
import { allowOrigin, type IsAllowedOrigin } from './cors.ts';
import { readFeedback } from './feedback.ts';
import { storeFeedback } from './feedback-store.ts';
import { ownPrefetch } from './own-prefetch.ts';
import type { FetchPrefetch } from './prefetch.ts';
import { remotePrefetch, type OutboundGet } from './remote-prefetch.ts';
import { described, type OfferedService } from './services.ts';

export interface CdsHooksOptions {
  readonly engine: Engine;
  readonly services: ReadonlyMap<string, OfferedService>;
  readonly identify: IdentifyCaller;
  /** Whether the tenant has the module enabled. */
  isEnabled(tenant: number, module: string): boolean;
  /** What a service of the module works with, with the rights of the context. */
  contextOf(ctx: Ctx, module: string): CdsContext;
  /** Whose access token of this server it is. @throws Fault 401 */
  principalOf(token: string, incoming: IncomingMessage): Principal | Promise<Principal>;
  /** FHIR base URL as the client of the request sees it. */
  baseUrlOf(incoming: IncomingMessage): string;
  openTrail(request: {
    readonly principal: Principal;
    readonly requestId: string;
    readonly ip: string;
    readonly baseUrl: string;
  }): RequestTrail;
  ipOf(incoming: IncomingMessage): string;
  readonly isAllowedOrigin: IsAllowedOrigin;
  readonly get: OutboundGet;
  /** Milliseconds for a service to decide. */
  readonly timeout: number;
  now(): number;
}

const MAX_BODY = '4mb';
/** Below which `/cds-services` stands, whatever the path of the FHIR base is. */
const PATH = '/cds-services';

/** CDS Hooks 2.0, to be mounted at `/cds-services`. https://cds-hooks.hl7.org/2.0/ */
export function cdsHooksRoutes(options: CdsHooksOptions): RequestHandler {
  const { services } = options;
  const router = express.Router();
  router.use(allowOrigin(options.isAllowedOrigin));
  router.get('/', (_request, response) => {
    response.json({ services: [...services.values()].map(described) });
  });
  const body = express.text({ type: () => true, limit: MAX_BODY });
  router.post('/:id', body, (request, response) => invoke(options, request, response));
  router.post('/:id/feedback', body, (request, response) => takeFeedback(options, request, response));
  return router;
}

async function invoke(options: CdsHooksOptions, request: Request, response: Response): Promise<void> {
  const { engine, timeout } = options;
  const { caller, offered, baseUrl } = await identified(options, request, '');
  const call = readCall(offered.service, jsonOf(request));
  await engine.fresh();
  const isOwn = call.fhirServer === baseUrl || call.fhirServer === engine.settings.baseUrl;
  const principal =
    isOwn && call.token !== undefined ? await options.principalOf(call.token, request) : caller.principal;
  const answer = await recorded(options, request, { principal, baseUrl, name: '$cds-hooks' }, async (ctx) => {
    expectTenant(ctx, caller.principal.tenant);
    notePatient(ctx, call);
    const fetchPrefetch = prefetchFor(options, caller, call, ctx, isOwn);
    const context = options.contextOf(ctx, offered.module);
    return callService(engine, { offered, request: call, context, fetchPrefetch, timeout });
  });
  const { cards, systemActions } = answer;
  const whole: JsonObject = {
    cards: [...cards],
    ...(systemActions.length === 0 ? {} : { systemActions: [...systemActions] }),
  };
  response.type('application/json').set('Cache-Control', 'no-store').send(stringifyJson(whole));
}

async function takeFeedback(options: CdsHooksOptions, request: Request, response: Response): Promise<void> {
  const { caller, offered, baseUrl } = await identified(options, request, '/feedback');
  const { principal } = caller;
  const feedback = readFeedback(jsonOf(request));
  const { id } = offered.service;
  const items = feedback.map((each) => ({ ...each, service: id, client: caller.name }));
  await recorded(options, request, { principal, baseUrl, name: '$cds-hooks-feedback' }, (ctx) =>
    storeFeedback(ctx.db, ctx.tenant, ctx.now(), items),
  );
  response.status(200).end();
}

/** Who calls which service. @throws Fault 401, 404 */
async function identified(
  { services, identify, isEnabled, baseUrlOf }: CdsHooksOptions,
  request: Request,
  suffix: string,
): Promise<{ readonly caller: CdsCaller; readonly offered: OfferedService; readonly baseUrl: string }> {
  const baseUrl = baseUrlOf(request);
  const id = String(request.params.id);
  const offered = services.get(id);
  if (offered === undefined) throw unknownService();
  const caller = await identify(request, `${new URL(baseUrl).origin}${PATH}/${id}${suffix}`);
  if (!isEnabled(caller.principal.tenant, offered.module)) throw unknownService();
  return { caller, offered, baseUrl };
}

function unknownService(): Fault {
  return fault('cds.unknownService', 404, 'not-found', `There is no such CDS service; GET ${PATH} lists them.`);
}

function prefetchFor(
  { engine, get }: CdsHooksOptions,
  { fhirServers }: CdsCaller,
  { fhirServer, token }: CallRequest,
  ctx: Ctx,
  isOwn: boolean,
): FetchPrefetch {
  const isRemote = !isOwn && fhirServer !== undefined && token !== undefined && fhirServers.includes(fhirServer);
  return isRemote ? remotePrefetch(fhirServer, token, get) : ownPrefetch(engine, ctx);
}

/** The tenant of a token must be the one whose client sends it. */
function expectTenant(ctx: Ctx, tenant: number): void {
  if (ctx.tenant === tenant) return;
  throw fault('cds.foreignToken', 403, 'forbidden', 'The access token is of another organisation than the CDS client.');
}

/** The data of a call are of one patient, whoever keeps them. */
function notePatient({ audit }: Ctx, { context: { patientId } }: CallRequest): void {
  audit.note({ action: 'E', interaction: '$cds-hooks', patients: [`Patient/${String(patientId)}`] });
}

/** Runs a call in a context of its own, and records it. */
async function recorded<T>(
  { engine, openTrail, ipOf, now }: CdsHooksOptions,
  request: Request,
  { principal, baseUrl, name }: { readonly principal: Principal; readonly baseUrl: string; readonly name: string },
  run: (ctx: Ctx) => Promise<T>,
): Promise<T> {
  const requestId = uuidv7(now());
  const trail = openTrail({ principal, requestId, ip: ipOf(request), baseUrl });
  trail.begin('operation', [name], '');
  try {
    const access = await engine.access(principal);
    const result = await run(requestContext(engine, { requestId, baseUrl, access, audit: trail }));
    trail.succeeded(200);
    return result;
  } catch (error) {
    tellFailure(trail, error);
    throw error;
  } finally {
    await trail.settle();
  }
}

function tellFailure(trail: AnsweredTrail, error: unknown): void {
  if (error instanceof Fault) trail.failed(error.status, error.message);
  else trail.failed(500, 'exception');
}

function jsonOf(request: Request): JsonValue {
  try {
    return parseJson(typeof request.body === 'string' ? request.body : '');
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause;
    throw fault('cds.badJson', 400, 'structure', `The body must be JSON: ${cause.message}.`, 'http.body', { cause });
  }
}
