import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { fault } from './fault.ts';

export interface OutboundRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface OutboundRules {
  /** Origins that may be asked, such as `https://tx.example.org`; without them every public host may be. */
  readonly allowedOrigins?: readonly string[];
  /**
   * Whether plain http and addresses that are not public (loopback, private, link-local) may be asked: only for URLs
   * that the operator wrote.
   */
  readonly allowPrivate?: boolean;
  /** Milliseconds for the whole exchange. Default: 5000. */
  readonly timeout?: number;
  /** Most bytes of the answer. Default: 1 MiB. */
  readonly maxBytes?: number;
  /** How names become addresses; what it answers is checked like every other address. Default: the system's resolver. */
  readonly lookup?: LookupFunction;
}

const TIMEOUT = 5000;
const MAX_BYTES = 1_048_576;
// Servers close idle connections after 5 s and more; ours go first, so that no request meets a closing one.
const IDLE = { keepAlive: true, timeout: 4000 };
const NO_BODY = new Set([204, 205, 304]);

const guarded = { http: new RequestFilteringHttpAgent(IDLE), https: new RequestFilteringHttpsAgent(IDLE) };
const open = {
  http: new RequestFilteringHttpAgent({ ...IDLE, allowPrivateIPAddress: true }),
  https: new RequestFilteringHttpsAgent({ ...IDLE, allowPrivateIPAddress: true }),
};

/**
 * Asks another server on behalf of a request; the only way in which this server fetches a URL. The address is checked
 * when the connection is made, so that a name which changes its address between check and use gains nothing. Redirects
 * are answers, never followed. https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
 * @throws Fault `outbound.refused` 422 for a URL that may not be asked; Error when no answer comes, late, or too large
 */
export async function outboundFetch(
  url: string | URL,
  request: OutboundRequest,
  rules: OutboundRules = {},
): Promise<Response> {
  const incoming = await asked(url, request, rules);
  const bytes = await bounded(incoming, rules.maxBytes ?? MAX_BYTES);
  const status = incoming.statusCode ?? 0;
  return new Response(NO_BODY.has(status) ? null : bytes, { status, headers: headersOf(incoming) });
}

/**
 * The same where only the status counts; the answer's content is read and left.
 * @throws as {@link outboundFetch}
 */
export async function outboundStatus(
  url: string | URL,
  request: OutboundRequest,
  rules: OutboundRules = {},
): Promise<number> {
  const incoming = await asked(url, request, rules);
  await drained(incoming, rules.maxBytes ?? MAX_BYTES);
  return incoming.statusCode ?? 0;
}

/** @throws Fault `outbound.refused` 422 */
async function asked(
  url: string | URL,
  { method = 'GET', headers = {}, body }: OutboundRequest,
  rules: OutboundRules,
): Promise<IncomingMessage> {
  const target = allowedTarget(url, rules);
  const kind = target.protocol === 'https:' ? 'https' : 'http';
  const send = kind === 'https' ? httpsRequest : httpRequest;
  return await answerOf(send, target, body, rules.timeout ?? TIMEOUT, {
    method,
    headers: { Accept: '*/*', ...headers },
    agent: (rules.allowPrivate === true ? open : guarded)[kind],
    ...(rules.lookup === undefined ? {} : { lookup: rules.lookup }),
  });
}

/**
 * The same for an answer of any length, which is read as it comes; `timeout` is for the whole of it. Whoever leaves it unread destroys it.
 * @throws as {@link outboundFetch}
 */
export async function outboundStream(
  url: string,
  rules: Omit<OutboundRules, 'maxBytes'> = {},
): Promise<OutboundStream> {
  const incoming = await asked(url, {}, rules);
  return { status: incoming.statusCode ?? 0, content: incoming };
}

export interface OutboundStream {
  readonly status: number;
  readonly content: Readable;
}

/** Origins are compared as the URL parser sees them: prefixes of the text would let `https://tx.example.org.evil.example` in. */
function allowedTarget(url: string | URL, { allowedOrigins, allowPrivate = false }: OutboundRules): URL {
  const target = URL.canParse(String(url)) ? new URL(url) : undefined;
  if (target === undefined) throw refused('This is not an absolute URL');
  if (target.protocol !== 'https:' && !(allowPrivate && target.protocol === 'http:')) {
    throw refused('A URL that this server fetches must start with https://');
  }
  if (target.username !== '' || target.password !== '') throw refused('A URL must not contain a user or password');
  if (allowedOrigins !== undefined && !allowedOrigins.some((origin) => new URL(origin).origin === target.origin)) {
    throw refused('This server does not fetch from that host');
  }
  return target;
}

function answerOf(
  send: typeof httpRequest,
  target: URL,
  body: string | undefined,
  timeout: number,
  options: RequestOptions,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = send(target, options, resolve);
    // No AbortSignal.timeout: that would keep the exchange in memory until its time is over.
    const late = (): void => void request.destroy(new Error(`no answer within ${timeout} ms`));
    const timer = setTimeout(late, timeout).unref();
    request.on('close', () => clearTimeout(timer));
    request.on('error', (error) => reject(isFiltered(error) ? refused('That address is not a public one') : error));
    request.end(body);
  });
}

/** What the agent says of an address that it does not connect to; it has no code. */
function isFiltered(error: Error): boolean {
  return error.message.startsWith('DNS lookup ');
}

async function bounded(incoming: IncomingMessage, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the connection.
    if (size > limit) throw tooLong(limit);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function drained(incoming: IncomingMessage, limit: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) incoming.destroy(tooLong(limit));
    });
    incoming.on('end', resolve);
    incoming.on('error', reject);
    // After the end it says nothing more.
    incoming.on('close', () => reject(new Error('The answer broke off.')));
  });
}

const tooLong = (limit: number): Error => new Error(`The answer has more than ${limit} bytes.`);

function headersOf(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}

function refused(text: string): Error {
  return fault('outbound.refused', 422, 'security', `${text}.`);
}
