import { importJWK, SignJWT, type JWK } from 'jose';

export interface CdsSignerOptions {
  /** The authorization server's current key: a private RSA key, published at `jwksUri`. */
  key(): Promise<{ readonly kid: string; readonly [member: string]: unknown }>;
  /** `iss` */
  readonly issuer: string;
  /** `jku` */
  readonly jwksUri: string;
  now(): number;
  newId(): string;
}

const ALGORITHM = 'RS256';
/** Seconds. */
const LIFE = 300;

/** Signs tokens by which external CDS services know this server. https://cds-hooks.hl7.org/2.0/#trusting-cds-clients */
export function createCdsSigner(options: CdsSignerOptions): (audience: string) => Promise<string> {
  const { issuer, jwksUri, now, newId } = options;
  return async (audience) => {
    const key = await options.key();
    const seconds = Math.floor(now() / 1000);
    return new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM, kid: key.kid, typ: 'JWT', jku: jwksUri })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + LIFE)
      .setJti(newId())
      .sign(await importJWK(key as unknown as JWK, ALGORITHM));
  };
}
