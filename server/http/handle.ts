import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../access/principal.ts';
import type { Definitions } from '../definitions/definitions.ts';
import { NO_TRAIL } from '../fhir/audit-trail.ts';
import type { Engine } from '../fhir/engine.ts';
import type { FhirResponse } from '../fhir/request.ts';
import { requestContext } from '../fhir/request-context.ts';
import { locateFault } from '../fhir/locate-issues.ts';
import type { Route } from '../fhir/route.ts';
import { findRoute, route } from '../fhir/router.ts';
import { Fault, fault } from '../kernel/fault.ts';
import { uuidv7 } from '../kernel/id.ts';
import type { Log } from '../kernel/log.ts';
import type { Admission } from './admission.ts';
import type { BaseUrlOf } from './base-url.ts';
import { formatOf, notAcceptable, parseAccept, type Accepted } from './media-type.ts';
import type { Metrics } from './metrics.ts';
import { receive } from './receive.ts';
import { parseTarget, queryValue } from './request-path.ts';
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
  /** To be awaited before a request runs, see SearchParameters.fresh. */
  fresh(): Promise<void> | undefined;
  /** Whether answers close their connections: the server is shutting down. */
  isLast(): boolean;
}

const SLOW = 1000;

/** Of public routes, which look at nothing that belongs to somebody. */
const ANYBODY: Principal = { tenant: 1, kind: 'client', roles: [], scopes: [], purposes: [] };

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What is known of a request while it runs; filled as it is read. */
interface Exchange {
  readonly options: FhirHandlerOptions;
  readonly incoming: IncomingMessage;
  readonly output: Writable<Output>;
  interaction: string;
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
    },
    interaction: 'unknown',
  };
  let answer: FhirResponse;
  try {
    const turn = options.admission.enter();
    if (turn !== undefined) await turn;
    try {
      answer = await run(exchange);
    } finally {
      options.admission.leave();
    }
    exchange.output.isLast = options.isLast();
    respond(outgoing, answer, exchange.output, options.engine.definitions);
  } catch (error) {
    answer = failure(exchange, error);
    exchange.output.isLast = options.isLast();
    refuse(outgoing, answer, exchange.output, options.engine.definitions);
  }
  finish(exchange, answer.status, performance.now() - started);
}

async function run(exchange: Exchange): Promise<FhirResponse> {
  const { options, incoming, output } = exchange;
  const { engine } = options;
  const accepted = parseAccept(incoming.headers.accept);
  // What is refused from here on is refused in the format that was asked for.
  output.format = accepted.format ?? 'json';
  const target = parseTarget(incoming.url ?? '');
  // A raw Binary may be of any type; its interaction looks at Accept itself.
  const isBinary = target.path[0] === 'Binary';
  chooseOutput(output, target.query, accepted, isBinary);
  const baseUrl = options.baseUrlOf(incoming.headers.host);
  const found = findRoute(engine, incoming.method ?? '', target.path);
  exchange.interaction = found.interaction;
  const principal = await principalOf(options, found, incoming);
  const method = incoming.method === 'HEAD' ? 'HEAD' : found.method;
  const request = await receive(
    { definitions: engine.definitions, bodyLimit: options.bodyLimit },
    incoming,
    method,
    target,
    accepted,
  );
  if (request.query !== target.query) chooseOutput(output, request.query, accepted, isBinary);
  const fresh = options.fresh();
  if (fresh !== undefined) await fresh;
  const access = await engine.access(principal);
  try {
    return await route(
      engine,
      requestContext(engine, { requestId: output.requestId, baseUrl, access, audit: NO_TRAIL }),
      request,
    );
  } catch (error) {
    throw error instanceof Fault ? locateFault(error, request) : error;
  }
}

/** What the server can do may be read by everybody. https://hl7.org/fhir/R4/http.html#capabilities */
function principalOf(
  options: FhirHandlerOptions,
  { isPublic }: Route,
  incoming: IncomingMessage,
): Principal | Promise<Principal> {
  return isPublic === true ? ANYBODY : options.authenticate(incoming);
}

function chooseOutput(output: Writable<Output>, query: string, accepted: Accepted, isBinary: boolean): void {
  const parameter = queryValue(query, '_format');
  if (parameter !== undefined) output.format = formatOf(parameter);
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
