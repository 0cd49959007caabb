import type { IncomingMessage } from 'node:http';
import type { Principal } from '../access/principal.ts';
import { fault, type Fault } from '../kernel/fault.ts';

/** A CDS client that a request comes from. */
export interface CdsCaller {
  /** Whom its requests are made for where it sends no access token of this server. */
  readonly principal: Principal;
  /** How it is called in feedback: the issuer of its tokens. */
  readonly name: string;
  /** FHIR servers besides this one that are asked with the tokens that it sends. */
  readonly fhirServers: readonly string[];
}

/** A client as it is registered. */
export interface CdsClient {
  /** `iss` of its tokens. */
  readonly issuer: string;
  /** `tenant` of its tokens, where one issuer speaks for several organisations. */
  readonly organization?: string;
  readonly tenant: number;
  /** SMART scopes of what services may read for it without an access token. */
  readonly scopes: readonly string[];
  readonly fhirServers: readonly string[];
  readonly keys: { readonly jwks: readonly Readonly<Record<string, unknown>>[] } | { readonly jwksUri: string };
}

/** A token that a client signed, with a good signature for the audience, and not expired. */
export interface VerifiedToken {
  readonly client: CdsClient;
  readonly jti: string;
  /** Milliseconds. */
  readonly expires: number;
}

/** @returns undefined when the token is not good */
export type VerifyToken = (token: string, audience: string) => Promise<VerifiedToken | undefined>;

/** Notes that a token was used. @returns false when it was before */
export type UseToken = (token: VerifiedToken) => Promise<boolean>;

/**
 * Who sends a request. https://cds-hooks.hl7.org/2.0/#trusting-cds-clients
 * @throws Fault 401
 */
export type IdentifyCaller = (incoming: IncomingMessage, audience: string) => Promise<CdsCaller>;

export function identifyByToken(verify: VerifyToken, use: UseToken): IdentifyCaller {
  return async ({ headers: { authorization = '' } }, audience) => {
    const [, token] = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i.exec(authorization) ?? [];
    const verified = token === undefined ? undefined : await verify(token, audience);
    if (verified === undefined) throw badToken(audience);
    if (!(await use(verified))) throw badToken(audience);
    const { issuer, tenant, scopes, fhirServers } = verified.client;
    const principal: Principal = {
      tenant,
      kind: 'client',
      client: `cds:${issuer}`,
      roles: ['system'],
      scopes,
      purposes: ['TREAT'],
    };
    return { principal, name: issuer, fhirServers };
  };
}

const JWT = /^Bearer +[\w-]+\.[\w-]+\.[\w-]+$/i;

/**
 * Besides clients that sign: apps of this server, with the access token that they have of it. They get no more than its
 * user may see, and could ask by operations too.
 * @param principalOf whose token it is; Fault 401
 */
export function identifyApps(
  others: IdentifyCaller,
  principalOf: (incoming: IncomingMessage) => Principal | Promise<Principal>,
): IdentifyCaller {
  return async (incoming, audience) => {
    const { authorization } = incoming.headers;
    if (authorization === undefined || JWT.test(authorization)) return others(incoming, audience);
    const principal = await principalOf(incoming);
    if (principal.kind !== 'user' || principal.client === undefined) throw badToken(audience);
    return { principal, name: `app:${principal.client}`, fhirServers: [] };
  };
}

function badToken(audience: string): Fault {
  const text =
    `A call needs a JWT of a registered CDS client as Bearer token: iss as registered, aud ${audience}, exp within an hour, ` +
    'iat, and a jti that was not used before, signed with ES384, RS384 or another asymmetric algorithm. Apps of this server ' +
    'send the access token of their user.';
  return fault('cds.badToken', 401, 'login', text, undefined, { headers: { 'WWW-Authenticate': 'Bearer' } });
}
