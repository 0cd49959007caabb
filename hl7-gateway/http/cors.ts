import type { IncomingMessage, ServerResponse } from 'node:http';

const METHODS = 'GET, HEAD, POST';
const REQUEST_HEADERS = 'Authorization, Content-Type, Accept, X-Request-Id';
/** Seconds for which browsers remember a preflight. */
const MAX_AGE = '600';

/**
 * Lets pages of these origins read answers; cookies never count. https://fetch.spec.whatwg.org/#http-cors-protocol
 * @returns whether the request asks for no more than that (a preflight): it is answered then
 */
export function answerCors(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  origins: ReadonlySet<string>,
): boolean {
  // Caches must not hand the answer to one origin to another.
  response.setHeader('Vary', 'Origin');
  const { origin } = headers;
  const isAllowed = origin !== undefined && origins.has(origin);
  if (isAllowed) {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Expose-Headers', 'Content-Location, Warning, Retry-After, WWW-Authenticate');
    // The policy of the answers' resources is for who embeds them; a page that may read them may.
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  }
  if (method !== 'OPTIONS') return false;
  if (isAllowed) {
    response.setHeader('Access-Control-Allow-Methods', METHODS);
    response.setHeader('Access-Control-Allow-Headers', REQUEST_HEADERS);
    response.setHeader('Access-Control-Max-Age', MAX_AGE);
  }
  response.writeHead(204, { Allow: `${METHODS}, OPTIONS` }).end();
  return true;
}
