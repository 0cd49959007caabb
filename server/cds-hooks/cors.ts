import type { RequestHandler } from 'express';

/** Web origins (`https://ehr.example`) of registered clients. */
export type IsAllowedOrigin = (origin: string) => boolean | Promise<boolean>;

/** Seconds for which browsers remember a preflight. */
const MAX_AGE = '600';

/**
 * Lets scripts of registered clients call services; the list of services anybody's. Cookies mean nothing here.
 * https://cds-hooks.hl7.org/2.0/#cross-origin-resource-sharing
 */
export function allowOrigin(isAllowedOrigin: IsAllowedOrigin): RequestHandler {
  return async (request, response, next) => {
    const { origin } = request.headers;
    response.vary('Origin');
    const isDiscovery = request.path === '/';
    const isAllowed = origin !== undefined && (isDiscovery || (await isAllowedOrigin(origin)));
    if (isAllowed) response.set('Access-Control-Allow-Origin', origin);
    if (request.method !== 'OPTIONS') {
      next();
      return;
    }
    if (isAllowed) {
      response.set({
        'Access-Control-Allow-Methods': isDiscovery ? 'GET' : 'POST',
        'Access-Control-Allow-Headers': 'Authorization, Content-Type',
        'Access-Control-Max-Age': MAX_AGE,
      });
    }
    response.status(204).end();
  };
}
