import type { IncomingMessage } from 'node:http';
import { SERVER, type Principal } from '../../server/access/principal.ts';

/** Header by which tests say who asks; without it, it is the server itself. */
export const PRINCIPAL = 'x-test-principal';

/** Who asks: the claims in the header, as a user of the main tenant unless they say otherwise. */
export function principalOf({ headers }: IncomingMessage): Principal {
  const claims = headers[PRINCIPAL];
  return typeof claims === 'string'
    ? { tenant: 1, kind: 'user', roles: [], purposes: [], ...(JSON.parse(claims) as Partial<Principal>) }
    : { ...SERVER, tenant: 1 };
}
