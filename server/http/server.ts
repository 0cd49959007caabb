import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Server as NetServer } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Engine } from '../fhir/engine.ts';
import type { SearchParameters } from '../fhir/search-parameters/open-search-parameters.ts';
import type { Log } from '../kernel/log.ts';
import type { Networks } from '../kernel/networks.ts';
import type { Limits } from '../limits/limits.ts';
import { createAdmission } from './admission.ts';
import { createApp, type Mount } from './app.ts';
import { createBaseUrl, createOpenBaseUrl } from './base-url.ts';
import { capConnections } from './cap-connections.ts';
import type { IsAllowedOrigin } from './cors.ts';
import { createForwarding } from './forwarding.ts';
import { handleFhir, type FhirHandlerOptions } from './handle.ts';
import { createMetrics, type JobCounts, type Metrics } from './metrics.ts';
import { isFhirTarget } from './request-path.ts';
import { outcomeText } from './respond.ts';
import { securityHeaders } from './security-headers.ts';
import { followTlsFiles, tlsOptions, type TlsFiles } from './tls-files.ts';

export interface HttpOptions {
  readonly engine: Engine;
  readonly searchParameters: SearchParameters;
  readonly log: Log;
  /** Whether links carry settings.baseUrl whatever Host the client used. */
  readonly isBaseUrlFixed: boolean;
  /** Bytes. */
  readonly bodyLimit: number;
  /** Requests handled at once. */
  readonly maxRunning: number;
  /** Milliseconds for a request to arrive completely. */
  readonly requestTimeout: number;
  /** See FhirHandlerOptions. */
  readonly authenticate: FhirHandlerOptions['authenticate'];
  /** See FhirHandlerOptions. */
  readonly openTrail?: FhirHandlerOptions['openTrail'];
  /** Metrics in Prometheus' text format, out of this process's own. */
  metricsText(own: Metrics): () => Promise<string>;
  /** Default: jobs are not measured. */
  readonly jobCounts?: JobCounts;
  /** Parts of the server that are there whether sign-in is on or off. */
  mounts?(addresses: Addresses): readonly Mount[];
  /** Takes over connections that ask for another protocol. Default: they are cut. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Undefined while sign-in is off: then this machine alone is served. */
  readonly signIn?: SignInOptions;
  /** Speaks TLS. Default: plain HTTP. */
  readonly tls?: TlsFiles;
}

/** How requests tell where they come from and how the client sees the server. */
export interface Addresses {
  baseUrlOf(request: IncomingMessage): string;
  addressOf(request: IncomingMessage): string;
}

export interface SignInOptions {
  readonly limits: Limits;
  readonly isAllowedOrigin: IsAllowedOrigin;
  /** Authorization server, pages of users, discovery documents. */
  readonly mounts: readonly Mount[];
  /** Proxies whose X-Forwarded-… headers are believed. */
  readonly trusted?: Networks;
  /** The only addresses that are served. */
  readonly allowed?: Networks;
  /** Open connections of one address. */
  readonly maxConnections: number;
}

export interface HttpServer {
  readonly server: Server;
  /**
   * Takes no more connections, answers what is under way and what still arrives on open ones, each answer closing its
   * connection; resolves when all are closed.
   * @param timeout ms after which connections that are still busy are cut
   */
  drain(timeout: number): Promise<void>;
}

const HEADERS_TIMEOUT = 10_000;
// Longer than the idle timeout of the usual load balancers (60 s), so that they close first.
const KEEP_ALIVE_TIMEOUT = 65_000;
// Parameters of 100,000 characters shall reach the parser, whose answer says what is allowed.
const MAX_HEADER_SIZE = 256 * 1024;
const MAX_CONNECTIONS = 4096;
const MAX_WAITING = 1000;
const PATIENCE = 500;
// All workers and the primary have stopped listening within that time; ms.
const HANDOVER = 200;
// Connections that bring no request within that time of a shutdown are idle; ms.
const FAREWELL = 700;
const LINGER = 2000;

export function createHttpServer(options: HttpOptions): HttpServer {
  const { engine, log, signIn, tls } = options;
  const { baseUrl } = engine.settings;
  let isReady = true;
  let isLast = false;
  const admission = createAdmission({ running: options.maxRunning, waiting: MAX_WAITING, patience: PATIENCE });
  const metrics = createMetrics(admission, () => engine.db.connections(), options.jobCounts);
  const forwarding = createForwarding(signIn?.trusted);
  const baseUrlOf =
    signIn === undefined
      ? createOpenBaseUrl(baseUrl, options.isBaseUrlFixed)
      : createBaseUrl(baseUrl, options.isBaseUrlFixed, forwarding);
  const gate = signIn && { limits: signIn.limits, isAllowedOrigin: signIn.isAllowedOrigin, forwarding };
  const headers = securityHeaders(tls !== undefined || baseUrl.startsWith('https:'));
  const fhir: FhirHandlerOptions = {
    engine,
    admission,
    metrics,
    log,
    baseUrlOf,
    bodyLimit: options.bodyLimit,
    authenticate: options.authenticate,
    headers,
    ...(gate === undefined ? {} : { gate }),
    ...(options.openTrail === undefined ? {} : { openTrail: options.openTrail }),
    fresh: () => engine.fresh(),
    isLast: () => isLast,
  };
  const app = createApp({
    engine,
    baseUrlOf,
    log,
    isReady: () => isReady,
    metrics: options.metricsText(metrics),
    headers,
    mounts: [...(options.mounts?.({ baseUrlOf, addressOf: forwarding.addressOf }) ?? []), ...(signIn?.mounts ?? [])],
    ...(gate === undefined ? {} : { gate }),
    ...(signIn?.trusted === undefined ? {} : { trusted: signIn.trusted }),
  });

  const timeouts = {
    maxHeaderSize: MAX_HEADER_SIZE,
    headersTimeout: Math.min(HEADERS_TIMEOUT, options.requestTimeout),
    requestTimeout: options.requestTimeout,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    connectionsCheckingInterval: 5000,
  };
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (signIn?.allowed?.contains(forwarding.addressOf(request)) === false) sendAway(response, headers);
    else if (isFhirTarget(request.url ?? '')) void handleFhir(fhir, request, response);
    else {
      if (isLast) response.setHeader('Connection', 'close');
      app(request, response);
    }
  };
  const server = tls === undefined ? createServer(timeouts, serve) : openTls(tls, timeouts, serve, log);
  server.maxConnections = MAX_CONNECTIONS;
  if (signIn !== undefined) capConnections(server, signIn.maxConnections, signIn.trusted);
  server.on('clientError', refuse);
  if (options.upgrade !== undefined) server.on('upgrade', options.upgrade);

  return {
    server,
    async drain(timeout) {
      isReady = false;
      // http.Server's own close() would at once cut idle connections, on which requests may be arriving.
      const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
      // Clients that are sent away while the primary still listens come back to nobody.
      setTimeout(() => (isLast = true), HANDOVER);
      const farewell = setTimeout(() => server.closeIdleConnections(), FAREWELL);
      const cut = setTimeout(() => server.closeAllConnections(), timeout);
      await closed;
      clearTimeout(farewell);
      clearTimeout(cut);
    },
  };
}

function openTls(files: TlsFiles, timeouts: ServerOptions, serve: RequestListener, log: Log): Server {
  const server = createTlsServer({ ...timeouts, ...tlsOptions(files) }, serve);
  followTlsFiles(server, files, (error) =>
    log.error({ err: error }, 'the TLS files cannot be used; the old ones stay'),
  );
  return server;
}

function sendAway(response: ServerResponse, headers: readonly string[]): void {
  const text = 'This address may not use this server (ALLOWED_NETWORKS).';
  const type = ['Content-Type', 'application/fhir+json; charset=utf-8'];
  response.writeHead(403, [...headers, ...type, 'Connection', 'close']);
  response.end(outcomeText([{ severity: 'error', code: 'forbidden', text }]));
}

/** Bytes that are no HTTP request, or one that is too large or too slow. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  // The rest of what was refused; it is forgotten, for a client that is still sending does not read the answer.
  if (socket.writableEnded) return;
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, text] = REFUSALS[error.code ?? ''] ?? BAD_REQUEST;
  const body = outcomeText([{ severity: 'error', code, text }]);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n` +
      `Content-Type: application/fhir+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), LINGER).unref();
}

const BAD_REQUEST = [400, 'structure', 'This is not an HTTP/1.1 request.'] as const;
const REFUSALS: Readonly<Record<string, readonly [number, 'too-long' | 'timeout' | 'structure', string]>> = {
  HPE_HEADER_OVERFLOW: [
    431,
    'too-long',
    `URL and headers may have ${MAX_HEADER_SIZE} bytes; long searches go by POST [type]/_search.`,
  ],
  HPE_INVALID_URL: [
    400,
    'structure',
    'The URL has a character that a URL must not have as it is: write blanks, quotes and all that is not ASCII percent-encoded, for example "é" as %C3%A9.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'timeout', 'The request did not arrive in time.'],
};
