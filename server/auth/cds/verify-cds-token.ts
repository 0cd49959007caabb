import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JSONWebKeySet } from 'jose';
import type { CdsClient, VerifyToken } from '../../cds-hooks/caller.ts';
import { createClientKeys, type FetchKeys } from '../oauth/client-keys.ts';

export interface CdsVerifierOptions {
  readonly clients: readonly CdsClient[];
  readonly fetchKeys: FetchKeys;
  now(): number;
}

/** Asymmetric ones only. https://cds-hooks.hl7.org/2.0/#jwt-signing-algorithm */
const ALGORITHMS = ['ES384', 'RS384', 'ES256', 'ES512', 'RS256', 'RS512', 'PS256', 'PS384', 'PS512'];
/** Used tokens are remembered until they expire; clients that say later are refused. Milliseconds. */
const MAX_LIFE = 3_600_000;
/** Seconds by which clocks may differ. */
const TOLERANCE = 10;
const MAX_JTI = 256;

/** Verifies the tokens of CDS clients by their registered keys. https://cds-hooks.hl7.org/2.0/#trusting-cds-clients */
export function createCdsVerifier({ clients, fetchKeys, now }: CdsVerifierOptions): VerifyToken {
  const published = createClientKeys(fetchKeys, now);

  async function keysOf({ keys }: CdsClient): Promise<JSONWebKeySet> {
    const list = 'jwks' in keys ? keys.jwks : await published.of(keys.jwksUri);
    return { keys: list } as unknown as JSONWebKeySet;
  }

  return async (token, audience) => {
    const client = clientOf(clients, token);
    if (client === undefined) return undefined;
    const { issuer } = client;
    try {
      const { payload } = await jwtVerify(token, createLocalJWKSet(await keysOf(client)), {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: TOLERANCE,
        currentDate: new Date(now()),
        requiredClaims: ['exp', 'iat', 'jti'],
      });
      const { exp = 0, jti = '' } = payload;
      const isGood = exp * 1000 <= now() + MAX_LIFE && jti !== '' && jti.length <= MAX_JTI;
      // A token is good a little longer than it says.
      return isGood ? { client, jti, expires: (exp + TOLERANCE) * 1000 } : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
}

/** Whose token it says it is; undefined for nobody's that is registered, and for keys that it wants looked up elsewhere. */
function clientOf(clients: readonly CdsClient[], token: string): CdsClient | undefined {
  try {
    const { iss, tenant } = decodeJwt(token);
    const { jku } = decodeProtectedHeader(token);
    const own = clients.filter(({ issuer }) => issuer === iss);
    const client =
      own.find(({ organization }) => organization !== undefined && organization === tenant) ??
      own.find(({ organization }) => organization === undefined);
    const isExpected =
      jku === undefined || (client !== undefined && 'jwksUri' in client.keys && client.keys.jwksUri === jku);
    return isExpected ? client : undefined;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
    throw error;
  }
}
