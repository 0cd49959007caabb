import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';

/** An EHR that calls CDS services: keys and tokens made here from the RFCs, not by the server's library. */
export interface Ehr {
  readonly issuer: string;
  readonly publicKey: Readonly<Record<string, unknown>>;
  /** @param claims instead of the good ones; undefined leaves one out */
  token(
    audience: string,
    claims?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): string;
}

export function createEhr(issuer: string): Ehr {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const kid = randomUUID();
  return {
    issuer,
    publicKey: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES384' },
    token(audience, claims = {}, header = {}) {
      const seconds = Math.floor(Date.now() / 1000);
      const payload = { iss: issuer, aud: audience, iat: seconds, exp: seconds + 300, jti: randomUUID(), ...claims };
      const head = { alg: 'ES384', kid, typ: 'JWT', ...header };
      return signed(privateKey, head, payload);
    },
  };
}

function signed(key: KeyObject, header: object, payload: object): string {
  const text = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha384', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
