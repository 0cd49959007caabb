import { createHmac, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Client } from '../../server/auth/oauth/clients/client.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { agree, authorizeUrl, exchange, returned } from './oauth-steps.ts';
import { openOAuthServer, REDIRECT, type Answer, type OAuthServer } from './oauth-server.ts';

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEYS: readonly JsonObject[] = [publicJwk(rsa.publicKey, 'rsa', 'RS384'), publicJwk(ec.publicKey, 'ec', 'ES384')];

let server: OAuthServer;
let app: string;
let system: Client;
let published: { client: Client; keys: readonly JsonObject[]; cacheControl: string; fetched: number };
beforeAll(async () => {
  server = await openOAuthServer({
    fetchKeys() {
      published.fetched += 1;
      return Promise.resolve(
        Response.json({ keys: published.keys }, { headers: { 'Cache-Control': published.cacheControl } }),
      );
    },
  });
  ({ id: app } = (await server.client()).client);
  const input = {
    auth: 'private_key_jwt',
    redirectUris: [],
    scopes: ['system/Patient.rs', 'system/Observation.rs'],
    tenants: [1],
    roles: ['system'],
    mayRefresh: false,
  } as const;
  ({ client: system } = await server.client({ ...input, jwks: { keys: KEYS } }));
  const { client } = await server.client({ ...input, jwksUri: 'https://system.example.org/jwks.json' });
  published = { client, keys: KEYS, cacheControl: 'no-store', fetched: 0 };
});
afterAll(async () => {
  await server.close();
  expect(server.errors).toEqual([]);
});

function publicJwk(key: KeyObject, kid: string, alg: string): JsonObject {
  return { ...(key.export({ format: 'jwk' }) as JsonObject), kid, alg, use: 'sig' };
}

describe('authorization requests', () => {
  test.each([
    ['without aud', { aud: undefined }, 'invalid_request'],
    ['for another server', { aud: 'https://evil.example/fhir' }, 'invalid_target'],
    ['for a server whose name begins alike', { aud: 'SERVER.evil.example/fhir/R4' }, 'invalid_target'],
    ['with another resource', { resource: 'https://evil.example/fhir' }, 'invalid_target'],
    ['without PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['with plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['for a token in the URL', { response_type: 'token' }, 'unsupported_response_type'],
    ['for an id_token in the URL', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['for nothing that exists', { scope: 'everything' }, 'invalid_scope'],
    ['for scopes of systems', { scope: 'system/*.cruds' }, 'invalid_scope'],
    ['with a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
    ['with a prompt that is none', { prompt: 'everything' }, 'invalid_request'],
  ])('%s go back to the app with an error', async (_name, changes, error) => {
    const fixed = Object.fromEntries(
      Object.entries(changes).map(([name, value]) => [name, value?.replace('SERVER', server.origin)]),
    );
    const place = await server.browserOf('physician').open(authorizeUrl(server, app, fixed));
    expect(place.url.startsWith(REDIRECT)).toBe(true);
    expect(returned(place)).toMatchObject({ error, state: 'state-1', iss: server.issuer });
    expect(returned(place)).not.toHaveProperty('code');
  });

  test.each([
    ['to another address', { redirect_uri: 'https://evil.example/callback' }],
    ['to an address that begins alike', { redirect_uri: `${REDIRECT}.evil.example` }],
    ['to an address below', { redirect_uri: `${REDIRECT}/below` }],
    ['to the address with a query', { redirect_uri: `${REDIRECT}?next=evil` }],
    ['without an address', { redirect_uri: undefined }],
    ['of an unknown client', { client_id: 'unknown' }],
    ['without a client', { client_id: undefined }],
  ])('%s stay here', async (_name, changes) => {
    const place = await server.browserOf('physician').open(authorizeUrl(server, app, changes));
    expect(new URL(place.url).origin).toBe(server.origin);
    expect(place.status).toBe(400);
    expect(place.headers.get('content-security-policy')).toContain(`default-src 'none'`);
  });

  test('show nothing of an app’s text as markup', async () => {
    const place = await server.browserOf('physician').open(authorizeUrl(server, '<script>alert(1)</script>'));
    expect(place.text).not.toContain('<script>');
  });

  test('twice the same parameter is refused', async () => {
    const place = await server.browserOf('physician').open(`${authorizeUrl(server, app)}&scope=openid`);
    expect(returned(place).error).toBe('invalid_request');
  });
});

describe('codes', () => {
  test.each([
    ['with another verifier', { code_verifier: 'b'.repeat(43) }, 'invalid_grant'],
    ['without a verifier', { code_verifier: undefined }, 'invalid_grant'],
    ['with another redirect_uri', { redirect_uri: 'https://evil.example/callback' }, 'invalid_grant'],
    ['without a redirect_uri', { redirect_uri: undefined }, 'invalid_request'],
    ['that are unknown', { code: 'x'.repeat(43) }, 'invalid_grant'],
  ])('%s are refused', async (_name, changes, error) => {
    const browser = server.browserOf('physician');
    const { code = '' } = returned(await agree(browser, await browser.open(authorizeUrl(server, app))));
    const { status, body } = await exchange(server, app, code, changes);
    expect({ status, error: body.error }).toEqual({ status: 400, error });
    expect(body).not.toHaveProperty('access_token');
    expect(server.events.at(-1)).toMatchObject({ kind: 'token', outcome: 'failure' });
  });

  test('of another client are refused', async () => {
    const browser = server.browserOf('physician');
    const { code = '' } = returned(await agree(browser, await browser.open(authorizeUrl(server, app))));
    const thief = (await server.client()).client.id;
    expect((await exchange(server, thief, code)).body.error).toBe('invalid_grant');
  });

  test.each([['password'], ['implicit'], ['urn:ietf:params:oauth:grant-type:device_code'], ['']])(
    'grant type "%s" does not exist',
    async (grantType) => {
      const { status, body } = await server.token({ grant_type: grantType, client_id: app });
      expect(status).toBe(400);
      expect(['unsupported_grant_type', 'invalid_request']).toContain(body.error);
    },
  );
});

interface Assertion {
  readonly alg?: string;
  /** Null: none. */
  readonly kid?: string | null;
  readonly key?: KeyObject;
  readonly header?: object;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Seconds from now. */
  readonly exp?: number;
}

async function assertion(
  client: Client,
  { alg = 'RS384', kid = 'rsa', key = rsa.privateKey, header, claims, exp = 60 }: Assertion = {},
): Promise<string> {
  const seconds = Math.floor(Date.now() / 1000);
  return await new SignJWT({
    iss: client.id,
    sub: client.id,
    aud: `${server.issuer}/token`,
    jti: randomUUID(),
    iat: seconds,
    exp: seconds + exp,
    ...claims,
  })
    .setProtectedHeader({ alg, typ: 'JWT', ...(kid === null ? {} : { kid }), ...header })
    .sign(key);
}

function ask(jwt: string, scope = 'system/Patient.rs', headers = {}): Promise<Answer> {
  return server.token(
    { grant_type: 'client_credentials', scope, client_assertion_type: ASSERTION, client_assertion: jwt },
    headers,
  );
}

/** A token by hand, for what libraries refuse to make. */
function forged(header: object, payload: object, sign: (text: string) => string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part(header)}.${part(payload)}`;
  return `${text}.${sign(text)}`;
}

describe('backend services', () => {
  test.each([
    ['RS384', 'rsa', rsa.privateKey],
    ['ES384', 'ec', ec.privateKey],
  ])('get a token for five minutes at most by %s', async (alg, kid, key) => {
    const { status, body } = await ask(
      await assertion(system, { alg, kid, key }),
      'system/Patient.rs system/Patient.cruds',
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 300, scope: 'system/Patient.rs' });
    expect(body).not.toHaveProperty('refresh_token');
    expect((await server.whoAmI(String(body.access_token))).body).toMatchObject({
      kind: 'client',
      tenant: 1,
      client: system.id,
      roles: ['system'],
      scopes: ['system/Patient.rs'],
    });
  });

  test.each([
    ['as far as they were authorised', 'system/*.rs', 'system/Patient.rs system/Observation.rs'],
    ['in version 1', 'system/Patient.read', 'system/Patient.read'],
    ['nothing of users', 'system/Patient.rs user/Patient.rs openid offline_access', 'system/Patient.rs'],
  ])('get scopes %s', async (_name, asked, granted) => {
    expect((await ask(await assertion(system), asked)).body.scope).toBe(granted);
  });

  test.each([['system/Condition.rs'], ['user/*.rs'], ['openid'], ['system/Patient.d']])(
    'get no token when nothing is left of %s',
    async (scope) => {
      expect(await ask(await assertion(system), scope)).toMatchObject({
        status: 400,
        body: { error: 'invalid_scope' },
      });
    },
  );

  test('ask for scopes', async () => {
    const parameters = { grant_type: 'client_credentials', client_assertion_type: ASSERTION };
    const { status, body } = await server.token({ ...parameters, client_assertion: await assertion(system) });
    expect({ status, error: body.error }).toEqual({ status: 400, error: 'invalid_scope' });
  });

  const seconds = (): number => Math.floor(Date.now() / 1000);
  test.each<[string, () => string | Promise<string>]>([
    ['that has expired', () => assertion(system, { exp: -60 })],
    ['that lives longer than five minutes', () => assertion(system, { exp: 1800 })],
    ['without exp', () => assertion(system, { claims: { exp: undefined } })],
    ['that is not valid yet', () => assertion(system, { claims: { nbf: seconds() + 120 } })],
    ['made in the future', () => assertion(system, { claims: { iat: seconds() + 120 } })],
    ['for another audience', () => assertion(system, { claims: { aud: 'https://evil.example/token' } })],
    ['without an audience', () => assertion(system, { claims: { aud: undefined } })],
    ['without jti', () => assertion(system, { claims: { jti: undefined } })],
    ['of another issuer', () => assertion(system, { claims: { iss: app } })],
    ['without iss', () => assertion(system, { claims: { iss: undefined } })],
    ['with an unknown kid', () => assertion(system, { kid: 'unknown' })],
    ['with the kid of another key', () => assertion(system, { kid: 'ec' })],
    ['without a kid', () => assertion(system, { kid: null })],
    ['signed by another key', () => assertion(system, { key: other.privateKey })],
    ['with a jku', () => assertion(system, { header: { jku: 'https://evil.example/jwks.json' } })],
    ['with RS256', () => assertion(system, { alg: 'RS256' })],
    [
      'with HS256 and the public key as secret',
      () => {
        const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
        return forged({ alg: 'HS256', kid: 'rsa' }, claimsOf(), (text) =>
          createHmac('sha256', pem).update(text).digest('base64url'),
        );
      },
    ],
    ['without a signature (alg none)', () => forged({ alg: 'none', kid: 'rsa' }, claimsOf(), () => '')],
    ['with an empty signature', () => forged({ alg: 'RS384', kid: 'rsa' }, claimsOf(), () => '')],
    [
      'with its key in the header',
      () => assertion(system, { key: other.privateKey, header: { jwk: publicJwk(other.publicKey, 'rsa', 'RS384') } }),
    ],
  ])('an assertion %s is refused', async (_name, make) => {
    const { status, body } = await ask(await make());
    expect({ status, error: body.error }).toEqual({ status: 401, error: 'invalid_client' });
    expect(body).not.toHaveProperty('access_token');
  });

  test.each([
    ['that is no JWT', 'x'],
    ['of an unknown client', forged({ alg: 'none' }, { sub: 'unknown' }, () => '')],
  ])('an assertion %s is refused', async (_name, jwt) => {
    const { status, body } = await ask(jwt);
    expect([400, 401]).toContain(status);
    expect(['invalid_client', 'invalid_request']).toContain(body.error);
  });

  test('an assertion is good once', async () => {
    const jwt = await assertion(system);
    expect((await ask(jwt)).status).toBe(200);
    expect(await ask(jwt)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  test('an app of users cannot act for itself, nor a system without proof', async () => {
    expect(
      (await server.token({ grant_type: 'client_credentials', client_id: app, scope: 'system/*.rs' })).status,
    ).toBe(400);
    expect(
      (await server.token({ grant_type: 'client_credentials', client_id: system.id, scope: 'system/*.rs' })).status,
    ).toBe(401);
  });

  function claimsOf(): object {
    return {
      iss: system.id,
      sub: system.id,
      aud: `${server.issuer}/token`,
      jti: randomUUID(),
      exp: seconds() + 60,
    };
  }
});

describe('keys by URL', () => {
  test('are fetched anew each time when the client says so', async () => {
    published = { ...published, fetched: 0, cacheControl: 'no-store', keys: KEYS };
    for (let round = 0; round < 2; round += 1) expect((await ask(await assertion(published.client))).status).toBe(200);
    expect(published.fetched).toBe(2);
    published.keys = [publicJwk(other.publicKey, 'rsa', 'RS384')];
    expect((await ask(await assertion(published.client))).status).toBe(401);
    expect((await ask(await assertion(published.client, { key: other.privateKey }))).status).toBe(200);
  });

  test('are refused when two have the same kid, or one is no public key', async () => {
    published = { ...published, cacheControl: 'no-store', keys: [...KEYS, publicJwk(other.publicKey, 'rsa', 'RS384')] };
    expect((await ask(await assertion(published.client))).status).toBe(401);
    published = { ...published, keys: [...KEYS, { kty: 'oct', k: 'c2VjcmV0', kid: 'hs' }] };
    expect((await ask(await assertion(published.client))).status).toBe(401);
  });

  test('a jku is taken when it is the registered URL', async () => {
    published = { ...published, keys: KEYS };
    const header = { jku: 'https://system.example.org/jwks.json' };
    expect((await ask(await assertion(published.client, { header }))).status).toBe(200);
  });

  test('are kept as long as Cache-Control allows', async () => {
    published = { ...published, fetched: 0, cacheControl: 'public, max-age=60', keys: KEYS };
    for (let round = 0; round < 3; round += 1) expect((await ask(await assertion(published.client))).status).toBe(200);
    expect(published.fetched).toBe(1);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000);
    const later = await assertion(published.client);
    expect((await ask(later)).status).toBe(200);
    clock.mockRestore();
    expect(published.fetched).toBe(2);
  });
});

describe('odd characters and forms', () => {
  const ODD = ['%00', '%ud800', '%C3%28', "'%22%3B--", '%F0%9F%92%A9'.repeat(200), '..%2F..%2Fetc', '__proto__'];

  test.each(ODD)('%s is never the server’s failure', async (odd) => {
    const { origin } = server;
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const post = (path: string, body: string, headers = {}): Promise<Response> =>
      fetch(origin + path, { method: 'POST', headers: { ...form, ...headers }, body, redirect: 'manual' });
    const get = (path: string): Promise<Response> => fetch(origin + path, { redirect: 'manual' });
    const query = new URL(authorizeUrl(server, app)).search;
    const answers = await Promise.all([
      ...[
        'client_id',
        'scope',
        'state',
        'redirect_uri',
        'launch',
        'aud',
        'nonce',
        'prompt',
        'login_hint',
        'id_token_hint',
      ].map((name) =>
        get(`/auth/authorize${query}&x=1`.replace(new RegExp(`([?&]${name}=)[^&]*|&x=1`), `&${name}=${odd}`)),
      ),
      ...['client_id', 'code', 'refresh_token', 'client_assertion', 'grant_type', 'scope'].map((name) =>
        post('/auth/token', `grant_type=authorization_code&client_id=${app}&code=x&redirect_uri=x&${name}=${odd}`),
      ),
      post('/auth/introspect', `client_id=${odd}&token=${odd}`),
      post('/auth/introspect', `token=${odd}`, { Authorization: 'Bearer x' }),
      post('/auth/revoke', `client_id=${app}&token=${odd}`),
      post('/auth/token', 'grant_type=client_credentials', {
        Authorization: `Basic ${Buffer.from(`${odd}:x`).toString('base64')}`,
      }),
      get(`/auth/interaction/${odd}`),
      post(`/auth/interaction/${odd}`, `csrf=${odd}`),
      post('/auth/apps', `csrf=${odd}&client=${odd}`),
      get(`/auth/authorize/${odd}`),
      post('/auth/authorize', `client_id=${odd}&prompt=${odd}`),
      post('/auth/token', odd, { 'Content-Type': 'application/json' }),
    ]);
    expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
  });

  test('a session’s forms hold too', async () => {
    const browser = server.browserOf('physician');
    const page = await browser.open(authorizeUrl(server, app, { prompt: 'consent' }));
    const [, csrf = ''] = /name="csrf" value="([^"]+)"/.exec(page.text) ?? [];
    for (const value of ['\0', '../Patient', 'p1\0', 'x'.repeat(1000)]) {
      expect(
        (
          await browser.submit(page.url, [
            ['csrf', csrf],
            ['patient', value],
          ])
        ).status,
      ).toBe(200);
      expect(
        (
          await browser.submit('/auth/apps', [
            ['csrf', csrf],
            ['client', value],
          ])
        ).status,
      ).toBe(200);
    }
  });
});
