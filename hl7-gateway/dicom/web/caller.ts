import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { senderOf } from '../../../server/kernel/networks.ts';
import { HttpRefusal } from '../../http/http-refusal.ts';

/** Who asks, as the FHIR server is told. */
export interface Caller {
  /** Of requests to the FHIR server for the caller. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of whom it came: an address, or the network that is one sender's. */
  readonly address: string;
  /** The same for the same token that comes from the same place; nothing can be told from it. */
  readonly key: string;
}

/** What proxies add to the requests that they pass on. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];
const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;
const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{20,8192})$/i;
/** API keys may be good at some addresses only, and the server would see the gateway's. */
const API_KEY = /^athk_/;

/**
 * Whom a request comes from: the token is passed on as it is, and so is from where it came. A server without sign-in serves its own
 * machine alone: that header makes it refuse what came to the gateway from another.
 * @throws HttpRefusal 401
 */
export function callerOf({ headers, socket }: IncomingMessage): Caller {
  const { authorization } = headers;
  const token = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
  if (authorization !== undefined && (token === undefined || API_KEY.test(token))) {
    throw new HttpRefusal(401, 'login', 'Images take the Bearer tokens of apps.', { 'WWW-Authenticate': 'Bearer' });
  }
  const address = socket.remoteAddress ?? '';
  const isNear = LOOPBACK.test(address) && PROXY_HEADERS.every((name) => headers[name] === undefined);
  const passed = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(isNear ? {} : { 'x-forwarded-for': address }),
  };
  return {
    headers: passed,
    address: senderOf(address),
    key: createHash('sha256').update(JSON.stringify(passed)).digest('base64'),
  };
}
