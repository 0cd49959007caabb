import { request, type IncomingHttpHeaders } from 'node:http';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { rotateKeys } from '../../server/auth/oauth/keys.ts';
import { securityCapability } from '../../server/auth/smart/security-capability.ts';
import { addressesOf } from '../../server/auth/oauth/options.ts';
import { agree, authorizeUrl, launchApp, refresh } from './oauth-steps.ts';
import { openOAuthServer, type OAuthServer } from './oauth-server.ts';

let server: OAuthServer;
let client: string;
beforeAll(async () => {
  server = await openOAuthServer();
  ({ id: client } = (await server.client()).client);
});
afterAll(async () => {
  await server.close();
  expect(server.errors).toEqual([]);
});
afterEach(() => jest.restoreAllMocks());

async function json(path: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(server.origin + path, { headers });
  return { response, body: (await response.json()) as Readonly<Record<string, unknown>> };
}

const CAPABILITIES = [
  'launch-ehr',
  'launch-standalone',
  'authorize-post',
  'client-public',
  'client-confidential-symmetric',
  'client-confidential-asymmetric',
  'sso-openid-connect',
  'context-banner',
  'context-style',
  'context-ehr-patient',
  'context-ehr-encounter',
  'context-standalone-patient',
  'permission-offline',
  'permission-patient',
  'permission-user',
  'permission-v1',
  'permission-v2',
];

describe('.well-known/smart-configuration', () => {
  test.each(['application/json', 'application/fhir+xml', 'text/html', '*/*'])(
    'is JSON for every script, whatever is accepted: %s',
    async (accept) => {
      const { response } = await json('/fhir/R4/.well-known/smart-configuration', {
        Accept: accept,
        Origin: 'https://anybody.example',
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    },
  );

  test('tells what is needed for a launch', async () => {
    const { body } = await json('/fhir/R4/.well-known/smart-configuration');
    expect(body).toMatchObject({
      issuer: server.issuer,
      authorization_endpoint: `${server.issuer}/authorize`,
      token_endpoint: `${server.issuer}/token`,
      introspection_endpoint: `${server.issuer}/introspect`,
      revocation_endpoint: `${server.issuer}/revoke`,
      management_endpoint: `${server.issuer}/apps`,
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt', 'client_secret_basic']),
      token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
      capabilities: expect.arrayContaining(CAPABILITIES),
    });
    expect(body).not.toHaveProperty('registration_endpoint');
  });

  test('leads to endpoints that exist', async () => {
    const { body } = await json('/fhir/R4/.well-known/smart-configuration');
    for (const [name, url] of Object.entries(body)) {
      if (!name.endsWith('_endpoint') && name !== 'jwks_uri' && name !== 'user_access_brand_bundle') continue;
      const method = /authorization|management|jwks|brand/.test(name) ? 'GET' : 'POST';
      expect({ name, status: (await fetch(String(url), { method, redirect: 'manual' })).status }).not.toEqual({
        name,
        status: 404,
      });
    }
  });
});

describe('OpenID Connect and OAuth metadata', () => {
  test.each([
    '/auth/.well-known/openid-configuration',
    '/.well-known/openid-configuration/auth',
    '/.well-known/oauth-authorization-server/auth',
  ])('%s', async (path) => {
    const { response, body } = await json(path);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(body).toMatchObject({
      issuer: server.issuer,
      authorization_endpoint: `${server.issuer}/authorize`,
      token_endpoint: `${server.issuer}/token`,
      jwks_uri: `${server.issuer}/jwks`,
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code'],
      authorization_response_iss_parameter_supported: true,
    });
  });
});

/** As a proxy may pass it on, or an attacker may write it. */
function askedAs(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly headers: IncomingHttpHeaders; readonly text: string }> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => resolve({ headers: incoming.headers, text: Buffer.concat(chunks).toString() }));
    })
      .on('error', reject)
      .end();
  });
}

describe('behind a TLS proxy', () => {
  let proxied: OAuthServer;
  beforeAll(async () => {
    proxied = await openOAuthServer({ publicBase: 'https://ehr.example.org/fhir/R4' });
  });
  afterAll(() => proxied.close());
  const FOREIGN = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'http' };

  test.each([
    '/auth/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/auth',
    '/fhir/R4/.well-known/smart-configuration',
  ])('all addresses of %s are the public ones, whatever Host says', async (path) => {
    const { text } = await askedAs(proxied.origin + path, FOREIGN);
    expect(text).toContain('"issuer":"https://ehr.example.org/auth"');
    expect(text).toContain('"token_endpoint":"https://ehr.example.org/auth/token"');
    expect(text).not.toContain('evil');
    expect(text).not.toContain('"http:');
  });

  test('cookies are for TLS alone, and out of reach of scripts and other sites', async () => {
    const { id } = (await proxied.client()).client;
    const url = authorizeUrl(proxied, id).replace('https://ehr.example.org', proxied.origin);
    const { headers } = await askedAs(url, FOREIGN);
    expect(headers.location).toMatch(/^\/auth\/interaction\/[\w-]+$/);
    const cookies = headers['set-cookie'] ?? [];
    expect(cookies.length).toBeGreaterThanOrEqual(2);
    for (const cookie of cookies) expect(cookie).toMatch(/; secure; httponly/i);
    for (const cookie of cookies) expect(cookie).toMatch(/; samesite=lax/i);
  });
});

test('the CapabilityStatement names the service and the endpoints', () => {
  const security = securityCapability(addressesOf('https://ehr.example.org/fhir/R4'), true);
  expect(JSON.stringify(security)).toContain('"code":"SMART-on-FHIR"');
  expect(JSON.stringify(security)).toContain('{"url":"authorize","valueUri":"https://ehr.example.org/auth/authorize"}');
});

test('the brands bundle has the organizations and the endpoint', async () => {
  const { response, body } = await json('/fhir/R4/.well-known/user-access-brands.json');
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
  expect(body).toMatchObject({
    resourceType: 'Bundle',
    type: 'collection',
    timestamp: expect.any(String),
    entry: [
      { fullUrl: `${server.fhirBase}/Endpoint/fhir`, resource: { status: 'active', address: server.fhirBase } },
      {
        fullUrl: `${server.fhirBase}/Organization/one`,
        resource: { name: 'Clinic One', endpoint: [{ reference: 'Endpoint/fhir' }] },
      },
    ],
  });
});

describe('keys', () => {
  async function kids(): Promise<string[]> {
    const { body } = await json('/auth/jwks');
    for (const key of body.keys as readonly Readonly<Record<string, unknown>>[]) expect(key).not.toHaveProperty('d');
    return (body.keys as readonly { readonly kid: string }[]).map(({ kid }) => kid);
  }

  test('are rotated while tokens of the key before stay good', async () => {
    const before = await kids();
    expect(before).toHaveLength(2);
    const old = String((await launchApp(server, client)).body.id_token);
    expect(decodeProtectedHeader(old).kid).toBe(before[0]);
    await rotateKeys(server.db, server.sealer, Date.now());
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 10_001);
    await kids();
    const after = await kids();
    jest.restoreAllMocks();
    expect(after).toEqual([before[1], expect.any(String), before[0]]);
    const next = String((await launchApp(server, client)).body.id_token);
    // Published before it signed anything: clients that keep the keys know it.
    expect(decodeProtectedHeader(next).kid).toBe(before[1]);
    const jwks = createRemoteJWKSet(new URL(`${server.issuer}/jwks`));
    for (const token of [old, next]) await jwtVerify(token, jwks, { issuer: server.issuer });
  });

  test('are sealed in the database', async () => {
    const rows = await server.db.query<{ sealed: Buffer }>({ text: 'select sealed from oauth_key', values: [] });
    expect(rows.length).toBeGreaterThanOrEqual(3);
    for (const { sealed } of rows) expect(sealed.toString('latin1')).not.toMatch(/"kty"|"d":/);
  });

  test('cookies of before a rotation are still read', async () => {
    const browser = server.browserOf('administrator');
    const page = await browser.open(authorizeUrl(server, client));
    await rotateKeys(server.db, server.sealer, Date.now());
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 20_002);
    await kids();
    expect((await agree(browser, page)).url).toContain('code=');
  });
});

describe('CORS of the token endpoint', () => {
  test.each([
    ['the origin of the redirect URI of a public app', {}, 'https://app.example.org', true],
    ['a registered origin', { corsOrigins: ['https://static.example.org'] }, 'https://static.example.org', true],
    [
      'only registered origins when there are any',
      { corsOrigins: ['https://static.example.org'] },
      'https://app.example.org',
      false,
    ],
    ['no other origin', {}, 'https://evil.example', false],
    ['no origin that begins alike', {}, 'https://app.example.org.evil.example', false],
    ['no file', {}, 'null', false],
  ])('%s', async (_name, input, origin, isAllowed) => {
    const { id } = (await server.client(input)).client;
    const { body } = await launchApp(server, id);
    const answer = await server.token(
      { grant_type: 'refresh_token', client_id: id, refresh_token: String(body.refresh_token) },
      { Origin: origin },
    );
    expect(answer.status).toBe(isAllowed ? 200 : 400);
    expect(answer.headers.get('access-control-allow-origin')).toBe(isAllowed ? origin : null);
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    // What was refused used nothing up.
    if (!isAllowed) expect((await refresh(server, id, body.refresh_token)).status).toBe(200);
  });

  test('the FHIR interface learns which origins are registered', async () => {
    expect(await server.isAllowedOrigin('https://app.example.org')).toBe(true);
    expect(await server.isAllowedOrigin('https://evil.example')).toBe(false);
  });
});
