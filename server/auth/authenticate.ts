import type { IncomingMessage } from 'node:http';
import type { Principal } from '../access/principal.ts';
import { fault } from '../kernel/fault.ts';
import { findAccessToken, type TokenOptions } from './oauth/access-tokens.ts';

export interface AuthenticateOptions extends TokenOptions {
  /** Shown to clients that have to sign in. */
  readonly fhirBase: string;
  /**
   * Who an API key stands for, and from where it may be used.
   * @throws Fault 401
   */
  apiKey(key: string, incoming: IncomingMessage): Principal | Promise<Principal>;
}

/** API keys, which come as Bearer tokens too, are told apart by it. */
const API_KEY_PREFIX = 'athk_';

/** How long (ms) a token is believed without asking: what is revoked works so long at most. */
const BELIEVED = 4000;
const MAX_CACHED = 10_000;

interface Cached {
  readonly principal: Principal | Promise<Principal>;
  until: number;
}

/**
 * Who sends a request to the FHIR interface, by its Bearer token alone: cookies mean nothing there.
 * https://www.rfc-editor.org/rfc/rfc6750#section-3
 * @throws Fault `auth.noToken`, `auth.badToken` 401 with WWW-Authenticate
 */
export function createAuthenticate(
  options: AuthenticateOptions,
): (incoming: IncomingMessage) => Principal | Promise<Principal> {
  const { now, fhirBase } = options;
  const cache = new Map<string, Cached>();

  function lookUp(token: string): Promise<Principal> {
    if (cache.size >= MAX_CACHED) cache.clear();
    const believed = now() + BELIEVED;
    const found = findAccessToken(options, token).then((access) => {
      if (access === undefined) throw badToken(fhirBase);
      cache.set(token, { principal: access.principal, until: Math.min(believed, access.expires) });
      return access.principal;
    });
    // Requests that come at once ask once; what fails is forgotten.
    cache.set(token, { principal: found, until: believed });
    found.catch(() => cache.delete(token));
    return found;
  }

  return (incoming) => {
    const token = tokenOf(incoming, fhirBase);
    if (token.startsWith(API_KEY_PREFIX)) return options.apiKey(token, incoming);
    const cached = cache.get(token);
    return cached !== undefined && cached.until > now() ? cached.principal : lookUp(token);
  };
}

function tokenOf({ headers: { authorization } }: IncomingMessage, fhirBase: string): string {
  if (authorization === undefined) {
    throw fault('auth.noToken', 401, 'login', 'Sign in first: this server takes Bearer tokens.', undefined, {
      headers: { 'WWW-Authenticate': `Bearer realm="${fhirBase}"` },
    });
  }
  const [, token] = /^Bearer +([A-Za-z0-9._~+/=-]{20,512})$/i.exec(authorization) ?? [];
  if (token === undefined) throw badToken(fhirBase);
  return token;
}

function badToken(fhirBase: string): Error {
  const text = 'The token is malformed, has expired or was revoked; get another one.';
  return fault('auth.badToken', 401, 'login', text, undefined, {
    headers: {
      'WWW-Authenticate': `Bearer realm="${fhirBase}", error="invalid_token", error_description="${text}"`,
    },
  });
}
