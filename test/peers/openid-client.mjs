// openid-client: discovery, authorization code with PKCE, refresh, introspection, revocation.
import assert from 'node:assert/strict';
import * as oidc from 'openid-client';
import { check } from './checks.mjs';
import { goThrough } from './user.mjs';

const INSECURE = { execute: [oidc.allowInsecureRequests] };

/** Tokens of the person by a whole code flow. */
async function codeFlow(config, { browser, server, person, redirectUri, scope }) {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    aud: server.fhirBase,
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(url.href);
    await goThrough(page, { ...person, target: redirectUri });
    return await oidc.authorizationCodeGrant(config, new URL(page.url()), {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
    });
  } finally {
    await context.close();
  }
}

export async function openidClientFlow({ browser, server, person, client, redirectUri, patient }) {
  const config = await check('openid-client: discovery', async () => {
    const found = await oidc.discovery(
      new URL(server.issuer),
      client.id,
      client.secret,
      oidc.ClientSecretBasic(client.secret),
      INSECURE,
    );
    assert.equal(found.serverMetadata().issuer, server.issuer);
    return found;
  });
  if (config === undefined) return undefined;
  const scope = 'openid fhirUser launch/patient patient/*.rs user/*.rs offline_access';
  const tokens = await check('openid-client: authorization code with PKCE, state, nonce and iss', async () => {
    const answer = await codeFlow(config, { browser, server, person, redirectUri, scope });
    assert.equal(answer.claims().fhirUser, `${server.fhirBase}/${person.fhirUser}`);
    assert.equal(answer.patient, patient.id);
    return answer;
  });
  if (tokens === undefined) return undefined;
  await check('openid-client: the token reads the patient, and no other token does', async () => {
    const read = (token) =>
      fetch(`${server.fhirBase}/Patient/${patient.id}`, {
        headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      });
    assert.equal((await read(tokens.access_token)).status, 200);
    assert.equal((await read(undefined)).status, 401);
    assert.equal((await read('x'.repeat(43))).status, 401);
  });
  const refreshed = await check('openid-client: refresh', async () => {
    const answer = await oidc.refreshTokenGrant(config, tokens.refresh_token);
    assert.notEqual(answer.refresh_token, tokens.refresh_token);
    return answer;
  });
  await check('openid-client: introspection tells the launch context', async () => {
    const told = await oidc.tokenIntrospection(config, refreshed.access_token);
    assert.equal(told.active, true);
    assert.equal(told.patient, patient.id);
    assert.equal(told.fhirUser, `${server.fhirBase}/${person.fhirUser}`);
  });
  await check('openid-client: revocation ends the token within 5 s', async () => {
    const read = () =>
      fetch(`${server.fhirBase}/Patient/${patient.id}`, {
        headers: { Authorization: `Bearer ${refreshed.access_token}` },
      });
    assert.equal((await read()).status, 200);
    await oidc.tokenRevocation(config, refreshed.refresh_token);
    const started = Date.now();
    while ((await read()).status === 200) {
      assert.ok(Date.now() - started < 6000, 'still taken after 6 s');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    console.log(`        taken no more after ${Date.now() - started} ms`);
  });
  return async () => (await codeFlow(config, { browser, server, person, redirectUri, scope })).access_token;
}
