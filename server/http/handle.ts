import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../access/principal.ts';
import type { Definitions } from '../definitions/definitions.ts';
import type { RequestAtDoor } from '../audit/trail.ts';
import { NO_TRAIL, type RequestTrail } from '../fhir/audit-trail.ts';
import type { Engine } from '../fhir/engine.ts';
import type { FhirResponse } from '../fhir/request.ts';
import { requestContext } from '../fhir/request-context.ts';
import { locateFault } from '../fhir/locate-issues.ts';
import type { Route } from '../fhir/route.ts';
import { givesBytes } from '../fhir/operations/table.ts';
import { findRoute, route } from '../fhir/router.ts';
import { Fault, fault } from '../kernel/fault.ts';
import { uuidv7 } from '../kernel/id.ts';
import type { Log } from '../kernel/log.ts';
import { costOf, costOfEntries } from '../limits/cost.ts';
import type { RateHeaders } from '../limits/limits.ts';
import type { Admission } from './admission.ts';
import type { BaseUrlOf } from './base-url.ts';
import { arrive, type Gate } from './gate.ts';
import { formatOf, notAcceptable, parseAccept, type Accepted } from './media-type.ts';
import type { Metrics } from './metrics.ts';
import { receive } from './receive.ts';
import { parseTarget, queryValue, type RequestPath } from './request-path.ts';
import { bugAnswer, faultAnswer, respond, type Output } from './respond.ts';

export interface FhirHandlerOptions {
  readonly engine: Engine;
  readonly admission: Admission;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly baseUrlOf: BaseUrlOf;
  /** Bytes. */
  readonly bodyLimit: number;
  /**
   * Who sends a request, by its token, key or session.
   * @throws Fault 401 with WWW-Authenticate
   */
  authenticate(incoming: IncomingMessage): Principal | Promise<Principal>;
  /** What every answer carries, as name and value in turn. */
  readonly headers: readonly string[];
  /** Undefined while sign-in is off. */
  readonly gate?: Gate;
  /** The trail that a request leaves. Undefined while audit is off. */
  readonly openTrail?: (request: RequestAtDoor) => RequestTrail;
  /** To be awaited before a request runs, see SearchParameters.fresh. */
  fresh(): Promise<void> | undefined;
  /** Whether answers close their connections: the server is shutting down. */
  isLast(): boolean;
}

const SLOW = 1000;

/** Formats of tables, see module-host/reports.ts. */
const TABLES: ReadonlySet<string> = new Set(['csv', 'ndjson']);

/** Of public routes, which look at nothing that belongs to somebody. */
const ANYBODY: Principal = { tenant: 1, kind: 'client', roles: [], scopes: [], purposes: [] };

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What is known of a request while it runs; filled as it is read. */
interface Exchange {
  readonly options: FhirHandlerOptions;
  readonly incoming: IncomingMessage;
  readonly output: Writable<Output>;
  interaction: string;
  trail: RequestTrail;
  rate: RateHeaders;
}

/** Answers one request below the FHIR base; never rejects. */
export async function handleFhir(
  options: FhirHandlerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const started = performance.now();
  const exchange: Exchange = {
    options,
    incoming,
    output: {
      requestId: requestIdOf(incoming.headers['x-request-id']),
      isHead: incoming.method === 'HEAD',
      isLast: false,
      format: 'json',
      isPretty: false,
      headers: options.headers,
    },
    interaction: 'unknown',
    trail: NO_TRAIL,
    rate: {},
  };
  let answer = await answerTo(exchange);
  exchange.output.isLast = options.isLast();
  if (options.gate !== undefined) exchange.output.headers = withRate(exchange.output.headers, exchange.rate);
  try {
    respond(outgoing, answer, exchange.output, options.engine.definitions);
  } catch (error) {
    answer = failure(exchange, error);
    refuse(outgoing, answer, exchange.output, options.engine.definitions);
  }
  finish(exchange, answer.status, performance.now() - started);
}

function withRate(headers: readonly string[], rate: RateHeaders): readonly string[] {
  const all = [...headers];
  for (const name in rate) all.push(name, rate[name] ?? '');
  return all;
}

/** What a request is answered with, whatever becomes of it; never rejects. */
async function answerTo(exchange: Exchange): Promise<FhirResponse> {
  const { admission } = exchange.options;
  try {
    const turn = admission.enter();
    if (turn !== undefined) await turn;
    try {
      const answer = await run(exchange);
      exchange.trail.succeeded(answer.status);
      await exchange.trail.settle();
      return answer;
    } finally {
      admission.leave();
    }
  } catch (error) {
    return refusal(exchange, error);
  }
}

/** A refusal is recorded too before it leaves; what cannot be recorded is answered 503. */
async function refusal(exchange: Exchange, error: unknown): Promise<FhirResponse> {
  const answer = failure(exchange, error);
  exchange.trail.failed(answer.status, error instanceof Fault ? error.message : 'exception');
  try {
    await exchange.trail.settle();
    return answer;
  } catch (unrecorded) {
    return failure(exchange, unrecorded);
  }
}

async function run(exchange: Exchange): Promise<FhirResponse> {
  const { options, incoming, output } = exchange;
  const { engine } = options;
  const accepted = parseAccept(incoming.headers.accept);
  // What is refused from here on is refused in the format that was asked for.
  output.format = accepted.format ?? 'json';
  const target = parseTarget(incoming.url ?? '');
  // Bytes may be of any type; what answers them looks at Accept itself.
  const isOwn = givesBytes(engine.operations, target.path);
  const isBinary = target.path[0] === 'Binary' || target.path[0] === '_bulk' || isOwn;
  chooseOutput(output, target.query, accepted, isBinary, isOwn);
  const baseUrl = options.baseUrlOf(incoming);
  const { gate } = options;
  if (gate !== undefined) {
    const { headers, preflight } = await arrive(gate, incoming, target.path);
    if (preflight !== undefined) return preflight;
    output.headers = [...output.headers, ...headers];
  }
  const found = findRoute(engine, incoming.method ?? '', target.path);
  exchange.interaction = found.interaction;
  const principal = await identify(exchange, found, baseUrl, target);
  if (gate !== undefined && found.isPublic !== true) await spend(exchange, gate, principal, costOf(found.interaction));
  const method = incoming.method === 'HEAD' ? 'HEAD' : found.method;
  const request = await receive(
    { definitions: engine.definitions, operations: engine.operations, bodyLimit: options.bodyLimit },
    incoming,
    method,
    target,
    accepted,
  );
  if (request.query !== target.query) chooseOutput(output, request.query, accepted, isBinary, isOwn);
  if (gate !== undefined && found.interaction === 'batch') {
    await spend(exchange, gate, principal, costOfEntries(request.body));
  }
  const fresh = options.fresh();
  if (fresh !== undefined) await fresh;
  const access = await engine.access(principal);
  if (access.principal.breakGlass !== undefined) exchange.trail.actsAs(access.principal);
  try {
    return await route(
      engine,
      requestContext(engine, { requestId: output.requestId, baseUrl, access, audit: exchange.trail }),
      request,
    );
  } catch (error) {
    throw error instanceof Fault ? locateFault(error, request) : error;
  }
}

/** @throws Fault 429 */
async function spend(exchange: Exchange, gate: Gate, principal: Principal, points: number): Promise<void> {
  // A refusal tells the limit itself.
  exchange.rate = {};
  exchange.rate = await gate.limits.spend(principal, points);
}

/** Who sends a request; what is refused for not telling it is recorded as well. */
async function identify(
  exchange: Exchange,
  { isPublic }: Route,
  baseUrl: string,
  target: RequestPath,
): Promise<Principal> {
  // What the server can do may be read by everybody: https://hl7.org/fhir/R4/http.html#capabilities
  if (isPublic === true) return ANYBODY;
  let principal: Principal | undefined;
  try {
    principal = await exchange.options.authenticate(exchange.incoming);
    return principal;
  } finally {
    openTrail(exchange, principal, baseUrl, target);
  }
}

function openTrail(
  exchange: Exchange,
  principal: Principal | undefined,
  baseUrl: string,
  { path, query }: RequestPath,
): void {
  const { options, incoming, output, interaction } = exchange;
  if (options.openTrail === undefined) return;
  const ip = options.gate?.forwarding.addressOf(incoming) ?? incoming.socket.remoteAddress ?? '';
  exchange.trail = options.openTrail({ principal, requestId: output.requestId, ip, baseUrl });
  exchange.trail.begin(interaction, path, query);
}

/** @param isOwn whether it is an operation that answers bytes, which looks at `_format` itself when no resource is meant */
function chooseOutput(
  output: Writable<Output>,
  query: string,
  accepted: Accepted,
  isBinary: boolean,
  isOwn: boolean,
): void {
  const parameter = queryValue(query, '_format');
  if (parameter !== undefined && !(isOwn && TABLES.has(parameter))) output.format = formatOf(parameter);
  else if (accepted.format !== undefined) output.format = accepted.format;
  else if (!isBinary) throw notAcceptable('Accept');
  output.isPretty = isPretty(queryValue(query, '_pretty'));
}

function isPretty(value: string | undefined): boolean {
  if (value === undefined || value === 'false' || value === '') return false;
  if (value === 'true') return true;
  throw fault('rest.badPretty', 400, 'value', '_pretty must be true or false.', 'http._pretty');
}

/** An answer that cannot be written as XML must not end the process; it is sent as JSON then. */
function refuse(
  outgoing: ServerResponse,
  answer: FhirResponse,
  output: Writable<Output>,
  definitions: Definitions,
): void {
  try {
    respond(outgoing, answer, output, definitions);
  } catch {
    output.format = 'json';
    respond(outgoing, answer, output, definitions);
  }
}

function failure({ options, output }: Exchange, error: unknown): FhirResponse {
  if (error instanceof Fault) {
    if (error.status >= 500)
      options.log.warn({ requestId: output.requestId, code: error.code, err: error.cause }, 'refused');
    return faultAnswer(error);
  }
  options.log.error({ requestId: output.requestId, err: error }, 'request failed');
  return bugAnswer(output.requestId);
}

/** The path of a request names patients; the log holds what kind of request it was, and its number. */
function finish({ options, output, interaction }: Exchange, status: number, ms: number): void {
  options.metrics.record(interaction, status, ms / 1000);
  if (ms >= SLOW)
    options.log.warn({ requestId: output.requestId, interaction, status, ms: Math.round(ms) }, 'slow request');
  else if (options.log.isLevelEnabled('debug')) {
    options.log.debug({ requestId: output.requestId, interaction, status, ms: Math.round(ms) }, 'request');
  }
}

/** The client's number when it can stand in logs and headers as it is, otherwise a new one. */
function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[A-Za-z0-9._:/+=-]{1,128}$/.test(header) ? header : uuidv7(Date.now());
}
