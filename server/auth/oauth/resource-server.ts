import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import { grantable } from '../smart/grantable.ts';
import { isSystem, type Client } from './clients/client.ts';
import type { Addresses } from './options.ts';

interface Rules {
  readonly client: Client;
  readonly addresses: Addresses;
  isValid(scope: string): boolean;
}

/**
 * Tokens are for the one FHIR server; an app that thinks it speaks to another one is refused.
 * https://hl7.org/fhir/smart-app-launch/app-launch.html#obtain-authorization-code
 * @throws invalid_request, invalid_target
 */
export function requireAudience({ fhirBase }: Addresses, aud: unknown): void {
  if (aud === undefined) throw new errors.InvalidRequest(`aud is missing; it must be ${fhirBase}`);
  if (aud !== fhirBase && aud !== `${fhirBase}/`) throw new errors.InvalidTarget(`aud must be ${fhirBase}`);
}

/** The audience of what is asked for: `aud` of an authorization request; systems need not tell theirs. */
export function audienceOf(addresses: Addresses, { oidc }: KoaContextWithOIDC): string {
  if (oidc.route === 'authorization') requireAudience(addresses, oidc.params?.aud);
  return addresses.fhirBase;
}

/**
 * The FHIR server as the library's resource server. SMART's scopes are no fixed list: it has those of the request at hand
 * that the client may be granted.
 */
export function resourceServerOf(ctx: KoaContextWithOIDC, resource: string, rules: Rules): ResourceServer {
  const { client, addresses } = rules;
  const { params, entities } = ctx.oidc;
  if (resource !== addresses.fhirBase) throw new errors.InvalidTarget();
  const asked = params?.scope ?? entities.AuthorizationCode?.scope ?? entities.RefreshToken?.scope;
  const scopes = grantable(typeof asked === 'string' ? asked.split(' ') : [], {
    ceiling: client.scopes,
    mayRefresh: client.mayRefresh,
    kind: isSystem(client) ? 'system' : 'user',
    isValid: rules.isValid,
  });
  if (params?.grant_type === 'client_credentials') {
    if (scopes.length === 0) {
      throw new errors.InvalidScope('none of the scopes can be granted to this client', String(asked ?? ''));
    }
    // What is wider than the client's own scopes is granted as far as these go.
    params.scope = scopes.join(' ');
  }
  return { scope: scopes.join(' '), audience: resource, accessTokenFormat: 'opaque' };
}
