import type { IncomingMessage } from 'node:http';
import { fault } from '../kernel/fault.ts';

/** Web origins (`https://app.example`) of registered clients. */
export type IsAllowedOrigin = (origin: string) => boolean | Promise<boolean>;

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS =
  'Authorization, Content-Type, Accept, Accept-Language, If-Match, If-None-Match, If-None-Exist, If-Modified-Since, Prefer, Idempotency-Key, X-Request-Id, X-Provenance, X-Security-Context';
const ANSWER_HEADERS =
  'ETag, Location, Content-Location, Last-Modified, X-Request-Id, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Progress, Expires';
/** Seconds for which browsers remember a preflight. */
const MAX_AGE = '600';

/**
 * What lets scripts of other origins read an answer, as name and value in turn: of public routes every origin's, of the
 * rest those of registered clients; cookies never count. https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export async function corsHeaders(
  { headers }: IncomingMessage,
  isPublic: boolean,
  isAllowedOrigin: IsAllowedOrigin,
): Promise<readonly string[]> {
  const { origin } = headers;
  if (isPublic) return ['Access-Control-Allow-Origin', '*'];
  // Caches must not hand the answer to one origin to another.
  if (origin === undefined || !(await isAllowedOrigin(origin))) return ['Vary', 'Origin'];
  return ['Vary', 'Origin', 'Access-Control-Allow-Origin', origin, 'Access-Control-Expose-Headers', ANSWER_HEADERS];
}

/** Whether a browser asks if it may send a request of a script. https://fetch.spec.whatwg.org/#cors-preflight-request */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

/**
 * The headers of the answer to a preflight.
 * @throws Fault 403 for an origin of no registered client
 */
export async function preflightHeaders(
  { headers: { origin = '' } }: IncomingMessage,
  isPublic: boolean,
  isAllowedOrigin: IsAllowedOrigin,
): Promise<Readonly<Record<string, string>>> {
  if (!isPublic && !(await isAllowedOrigin(origin))) {
    throw fault(
      'rest.foreignOrigin',
      403,
      'security',
      'No registered client has this web origin; it is registered as one of the CORS origins of a client.',
      'http.Origin',
    );
  }
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': isPublic ? '*' : origin,
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': REQUEST_HEADERS,
    'Access-Control-Max-Age': MAX_AGE,
  };
}
