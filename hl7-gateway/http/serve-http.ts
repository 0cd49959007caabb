import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '../../server/kernel/log.ts';
import { answerCors } from './cors.ts';
import { HttpRefusal, onlyMethods } from './http-refusal.ts';
import type { HttpRoute } from './http-route.ts';
import { OUTCOME_TYPE, outcomeText, sendRefusal, sendText } from './send-answer.ts';
import { isServedName } from './served-names.ts';

export interface GatewayHttpOptions {
  /** Port 0: one that is free. */
  readonly address: { readonly host: string; readonly port: number };
  readonly routes: readonly HttpRoute[];
  /** Where browsers reach it, when that is another address (HL7_HTTP_URL). */
  readonly publicUrl?: string;
  /** Web origins (`https://clinic.example`) whose pages may read answers: the FHIR server's. */
  readonly origins: readonly string[];
  readonly log: Log;
  readonly limits?: Partial<HttpLimits>;
}

export interface HttpLimits {
  readonly maxConnections: number;
  /** Bytes of the request line and headers. */
  readonly headerBytes: number;
  /** Milliseconds in which a request must have arrived, its body included. */
  readonly requestTime: number;
  /** Milliseconds in which a connection may make no progress either way while a request is under way. */
  readonly idleTime: number;
  /** Milliseconds that answers under way have when it closes. */
  readonly closeTime: number;
}

export interface GatewayHttp {
  readonly port: number;
  /** Takes no more requests, lets those under way have `closeTime`, then cuts them. */
  close(): Promise<void>;
}

const LIMITS: HttpLimits = {
  maxConnections: 1024,
  headerBytes: 32 * 1024,
  requestTime: 600_000,
  idleTime: 120_000,
  closeTime: 5_000,
};
const HEADERS_TIME = 10_000;
/** Longer than the idle timeout of the usual load balancers (60 s), so that they close first. */
const KEEP_ALIVE_TIME = 65_000;
const LINGER = 2_000;

/**
 * Of every answer; pages set a policy of their own. Nothing that is served runs as a page of this origin, is kept in a cache, or
 * tells other sites how it was reached. https://owasp.org/www-project-secure-headers/
 */
const SAFE_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': `default-src 'none'; frame-ancestors 'none'; sandbox`,
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

const ORIGIN = 'http://gateway.invalid';

/**
 * The gateway's one HTTP listener: `/live`, and what its parts contribute.
 * @throws Error when the port cannot be listened on
 */
export async function serveHttp(options: GatewayHttpOptions): Promise<GatewayHttp> {
  const limits: HttpLimits = { ...LIMITS, ...options.limits };
  const routes = [LIVE, ...options.routes].sort((a, b) => b.prefix.length - a.prefix.length);
  const origins = new Set(options.origins);
  const publicName = options.publicUrl === undefined ? undefined : new URL(options.publicUrl).hostname;
  let isClosing = false;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value);
    if (isClosing) response.setHeader('Connection', 'close');
    if (!isServedName(request.headers.host, publicName)) {
      throw new HttpRefusal(421, 'forbidden', 'The gateway is not reached by this name (HL7_HTTP_URL).');
    }
    if (answerCors(request, response, origins)) return;
    const url = urlOf(request);
    const route = routes.find(({ prefix }) => url.pathname.startsWith(prefix) || `${url.pathname}/` === prefix);
    if (route === undefined) throw new HttpRefusal(404, 'not-found', 'Nothing is here.');
    await route.handle(request, response, url);
  }

  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: Math.min(HEADERS_TIME, limits.requestTime),
      requestTimeout: limits.requestTime,
      keepAliveTimeout: KEEP_ALIVE_TIME,
      connectionsCheckingInterval: Math.min(5000, limits.requestTime),
    },
    (request, response) => {
      answer(request, response).catch((error: unknown) => fail(error, request, response, options.log));
    },
  );
  server.maxConnections = limits.maxConnections;
  server.setTimeout(limits.idleTime);
  server.on('clientError', refuse);
  await listen(server, options.address);
  server.on('error', (err) => options.log.error({ err }, 'the HTTP listener failed'));

  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      isClosing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      const cut = setTimeout(() => server.closeAllConnections(), limits.closeTime);
      await closed;
      clearTimeout(cut);
    },
  };
}

const LIVE: HttpRoute = {
  prefix: '/live/',
  async handle({ method }, response, { pathname }) {
    if (pathname !== '/live') throw new HttpRefusal(404, 'not-found', 'Nothing is here.');
    onlyMethods(method, 'GET');
    sendText(response, 200, 'application/json; charset=utf-8', '{"status":"live"}');
  },
};

/** @throws HttpRefusal 400 when the request's target is no path */
function urlOf({ url = '' }: IncomingMessage): URL {
  // "//host/…" and "http://host/…" would be addresses of others.
  if (!/^\/(?!\/)/.test(url) || !URL.canParse(url, ORIGIN)) {
    throw new HttpRefusal(400, 'structure', 'The request names no path.');
  }
  return new URL(url, ORIGIN);
}

function fail(error: unknown, request: IncomingMessage, response: ServerResponse, log: Log): void {
  if (!(error instanceof HttpRefusal)) log.error({ err: error }, 'a request over HTTP failed');
  // A part must not be taken for the whole.
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) {
    if (name.startsWith('content-') && name !== 'content-security-policy') response.removeHeader(name);
  }
  // What is still coming of a request that was refused is not waited for.
  if (!request.complete) response.setHeader('Connection', 'close');
  const refusal =
    error instanceof HttpRefusal ? error : new HttpRefusal(500, 'exception', 'The gateway failed; its log says how.');
  sendRefusal(response, refusal);
}

function listen(server: Server, { host, port }: GatewayHttpOptions['address']): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

const REFUSALS: Readonly<Record<string, readonly [string, string, string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'too-long', 'The headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'timeout', 'The request did not arrive in time.'],
};

/** Bytes that are no HTTP request, or one that is too large or too slow. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (socket.writableEnded) return;
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, code, text] = REFUSALS[error.code ?? ''] ?? [
    '400 Bad Request',
    'structure',
    'This is not an HTTP/1.1 request.',
  ];
  const body = outcomeText(code, text);
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: ${OUTCOME_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), LINGER).unref();
}
