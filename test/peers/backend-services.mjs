// Backend services by openid-client: private_key_jwt with RS384 and ES384.
import assert from 'node:assert/strict';
import { exportJWK, generateKeyPair } from 'jose';
import * as oidc from 'openid-client';
import { check } from './checks.mjs';

/** Key pairs by algorithm, and the JWKS that the client is registered with. */
export async function makeKeys() {
  const pairs = [];
  for (const alg of ['RS384', 'ES384']) {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    pairs.push({ alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid: alg, alg, use: 'sig' } });
  }
  return { pairs, jwks: { keys: pairs.map(({ jwk }) => jwk) } };
}

async function tokenOf(server, clientId, { alg, privateKey }, scope) {
  const config = await oidc.discovery(
    new URL(server.issuer),
    clientId,
    undefined,
    oidc.PrivateKeyJwt({ key: privateKey, kid: alg }),
    { execute: [oidc.allowInsecureRequests] },
  );
  return await oidc.clientCredentialsGrant(config, { scope });
}

export async function backendServices({ server, clientId, keys }) {
  let token;
  for (const pair of keys.pairs) {
    await check(`backend services: ${pair.alg}`, async () => {
      const answer = await tokenOf(server, clientId, pair, 'system/*.cruds');
      assert.equal(answer.expires_in, 300);
      assert.equal(answer.scope, 'system/*.cruds');
      token = answer.access_token;
      const search = await fetch(`${server.fhirBase}/Patient`, { headers: { Authorization: `Bearer ${token}` } });
      assert.equal(search.status, 200);
    });
  }
  return token;
}
