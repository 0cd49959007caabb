import type { Session } from '../../server/auth/account.ts';
import { launchApp } from './oauth-steps.ts';
import { openOAuthServer, REDIRECT, type Answer, type OAuthServer } from './oauth-server.ts';

let server: OAuthServer;
beforeAll(async () => {
  server = await openOAuthServer({ hasRegistration: true });
});
afterAll(async () => {
  await server.close();
  expect(server.errors).toEqual([]);
});

const APP = {
  client_name: 'Registered',
  redirect_uris: [REDIRECT],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid fhirUser launch/patient patient/*.rs offline_access',
};

async function send(method: string, path: string, body?: unknown, token?: string): Promise<Answer> {
  const response = await fetch(server.origin + path, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
  };
}

const register = (body: unknown): Promise<Answer> => send('POST', '/auth/register', body);

describe('dynamic registration', () => {
  test('makes an app that can be launched', async () => {
    const { status, body } = await register(APP);
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...APP, client_id: expect.any(String), client_id_issued_at: expect.any(Number) });
    expect(body).not.toHaveProperty('client_secret');
    expect((await launchApp(server, String(body.client_id))).status).toBe(200);
    expect(server.events).toContainEqual(
      expect.objectContaining({ kind: 'client-registered', client: body.client_id }),
    );
  });

  test('gives a secret once and keeps its hash', async () => {
    const { body } = await register({ ...APP, token_endpoint_auth_method: 'client_secret_basic' });
    expect(body.client_secret).toEqual(expect.stringMatching(/^[\w-]{43}$/));
    const rows = await server.db.query<{ text: string }>({
      text: 'select c::text as text from oauth_client c',
      values: [],
    });
    for (const { text } of rows) expect(text).not.toContain(String(body.client_secret));
  });

  test.each<[string, unknown, string]>([
    ['no JSON', '{', 'body'],
    ['no object', '[]', 'body'],
    ['a redirect over plain http', { ...APP, redirect_uris: ['http://app.example.org/cb'] }, 'redirect_uris'],
    ['a redirect with a fragment', { ...APP, redirect_uris: [`${REDIRECT}#x`] }, 'redirect_uris'],
    ['a redirect with a user', { ...APP, redirect_uris: ['https://me@app.example.org/cb'] }, 'redirect_uris'],
    ['a redirect to a script', { ...APP, redirect_uris: ['javascript:alert(1)'] }, 'redirect_uris'],
    ['redirects that are no list', { ...APP, redirect_uris: REDIRECT }, 'redirect_uris'],
    ['a system', { ...APP, redirect_uris: [] }, 'redirect_uris'],
    ['no name', { ...APP, client_name: undefined }, 'name'],
    ['a name without end', { ...APP, client_name: 'x'.repeat(300) }, 'name'],
    ['an unknown scope', { ...APP, scope: 'everything' }, 'scope'],
    ['a scope of systems', { ...APP, scope: 'system/*.rs' }, 'scope'],
    [
      'another way to prove itself',
      { ...APP, token_endpoint_auth_method: 'client_secret_jwt' },
      'token_endpoint_auth_method',
    ],
    ['keys that are missing', { ...APP, token_endpoint_auth_method: 'private_key_jwt' }, 'jwks'],
    [
      'a private key',
      { ...APP, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'EC', kid: 'k', d: 'x' }] } },
      'jwks',
    ],
    [
      'two keys of one kid',
      {
        ...APP,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: {
          keys: [
            { kty: 'EC', kid: 'k' },
            { kty: 'EC', kid: 'k' },
          ],
        },
      },
      'jwks',
    ],
    [
      'keys of an inner address',
      { ...APP, token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'http://10.0.0.1/jwks' },
      'jwks_uri',
    ],
    ['roles', { ...APP, roles: ['administrator'] }, 'roles'],
    ['an origin with a path', { ...APP, cors_origins: ['https://app.example.org/x'] }, 'cors_origins'],
    ['a logo that is a script', { ...APP, logo_uri: 'javascript:alert(1)' }, 'logo_uri'],
  ])('refuses %s', async (_name, body, member) => {
    const answer = await register(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toBe('invalid_client_metadata');
    expect(answer.body.error_description).toContain(member);
  });

  test('does not let apps choose their tenants', async () => {
    const { body } = await register({ ...APP, tenants: [7] });
    expect(body).not.toHaveProperty('tenants');
  });

  test('is told in the metadata', async () => {
    for (const path of ['/fhir/R4/.well-known/smart-configuration', '/auth/.well-known/openid-configuration']) {
      expect((await send('GET', path)).body.registration_endpoint).toBe(`${server.issuer}/register`);
    }
  });

  test('does not exist where it is switched off', async () => {
    const closed = await openOAuthServer();
    try {
      const response = await fetch(`${closed.origin}/auth/register`, { method: 'POST', body: JSON.stringify(APP) });
      expect(response.status).toBe(404);
    } finally {
      await closed.close();
    }
  });
});

describe('administration', () => {
  const FACTOR = { secondFactor: Date.now() };
  let administrator: string;
  beforeAll(async () => {
    administrator = await tokenOf('administrator', 'user/*.cruds', FACTOR);
  });

  async function tokenOf(login: string, scope: string, session: Partial<Session> = {}): Promise<string> {
    const { id } = (await server.client()).client;
    return String((await launchApp(server, id, { scope }, { login, session })).body.access_token);
  }

  const SYSTEM = {
    client_name: 'Lab',
    token_endpoint_auth_method: 'client_secret_basic',
    scope: 'system/Observation.cruds',
    roles: ['lab'],
  };

  test('registers a system, changes its secret, and removes it', async () => {
    const made = await send('POST', '/auth/admin/clients', SYSTEM, administrator);
    expect(made).toMatchObject({
      status: 201,
      body: { grant_types: ['client_credentials'], tenants: [1], roles: ['lab'] },
    });
    const id = String(made.body.client_id);
    const credentials = (secret: unknown): Record<string, string> => ({
      Authorization: `Basic ${Buffer.from(`${id}:${String(secret)}`).toString('base64')}`,
    });
    const ask = (secret: unknown): Promise<Answer> =>
      server.token({ grant_type: 'client_credentials', scope: 'system/Observation.rs' }, credentials(secret));
    const first = await ask(made.body.client_secret);
    expect(first.body).toMatchObject({ expires_in: 300, scope: 'system/Observation.rs' });
    expect((await server.whoAmI(String(first.body.access_token))).body.roles).toEqual(['lab']);

    const changed = await send('POST', `/auth/admin/clients/${id}/secret`, undefined, administrator);
    expect((await ask(made.body.client_secret)).status).toBe(401);
    expect((await ask(changed.body.client_secret)).status).toBe(200);

    const { body: list } = await send('GET', '/auth/admin/clients', undefined, administrator);
    expect(list).toContainEqual(expect.objectContaining({ client_id: id }));
    expect(JSON.stringify(list)).not.toContain(String(changed.body.client_secret));

    expect((await send('DELETE', `/auth/admin/clients/${id}`, undefined, administrator)).status).toBe(204);
    expect((await ask(changed.body.client_secret)).status).toBe(401);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 5001);
    expect((await server.whoAmI(String(first.body.access_token))).status).toBe(401);
    clock.mockRestore();
    expect(server.events.filter(({ by }) => by === 'account-administrator').map(({ kind }) => kind)).toEqual([
      'client-registered',
      'client-secret-changed',
      'client-removed',
    ]);
  });

  test('stays in its own organization', async () => {
    const foreign = (await server.client({ tenants: [2] })).client.id;
    const shared = (await server.client({})).client.id;
    for (const id of [foreign, shared, 'unknown']) {
      expect((await send('DELETE', `/auth/admin/clients/${id}`, undefined, administrator)).status).toBe(404);
      expect((await send('POST', `/auth/admin/clients/${id}/secret`, undefined, administrator)).status).toBe(404);
    }
    const made = await send('POST', '/auth/admin/clients', { ...SYSTEM, tenants: [2] }, administrator);
    expect(made.body.tenants).toEqual([1]);
    const { body: list } = await send('GET', '/auth/admin/clients', undefined, administrator);
    expect(JSON.stringify(list)).not.toContain(foreign);
  });

  test.each([
    ['nobody', undefined, 401],
    ['a wrong token', 'x'.repeat(43), 401],
  ])('is not for %s', async (_name, token, status) => {
    expect((await send('GET', '/auth/admin/clients', undefined, token)).status).toBe(status);
    expect((await send('POST', '/auth/admin/clients', SYSTEM, token)).status).toBe(status);
  });

  test.each(['patient/*.cruds', 'user/*.rs', 'user/Patient.cruds', 'user/Observation.cruds?category=x'])(
    'is not for an app of an administrator that was granted %s only',
    async (scope) => {
      const token = await tokenOf('administrator', scope, FACTOR);
      expect((await send('GET', '/auth/admin/clients', undefined, token)).status).toBe(403);
      expect((await send('POST', '/auth/admin/clients', SYSTEM, token)).status).toBe(403);
    },
  );

  test.each([
    ['without a second factor', {}],
    ['with one of long ago', { secondFactor: Date.now() - 301_000 }],
  ])('changes nothing %s', async (_name, session) => {
    const token = await tokenOf('administrator', 'user/*.cruds', session);
    expect((await send('GET', '/auth/admin/clients', undefined, token)).status).toBe(200);
    const answer = await send('POST', '/auth/admin/clients', SYSTEM, token);
    expect(answer).toMatchObject({ status: 403, body: { error: 'insufficient_user_authentication' } });
    expect(answer.headers.get('www-authenticate')).toContain('acr_values="mfa"');
  });

  test('is not for other roles, nor for systems', async () => {
    const physician = await tokenOf('physician', 'user/*.cruds', FACTOR);
    expect((await send('POST', '/auth/admin/clients', SYSTEM, physician)).status).toBe(403);
    expect(server.events.at(-1)).toMatchObject({ kind: 'client-registered', outcome: 'failure' });
    const { client, secret = '' } = await server.client({
      auth: 'client_secret_post',
      redirectUris: [],
      scopes: ['system/*.cruds'],
      tenants: [1],
      roles: ['administrator'],
      mayRefresh: false,
    });
    const { body } = await server.token({
      grant_type: 'client_credentials',
      scope: 'system/*.cruds',
      client_id: client.id,
      client_secret: secret,
    });
    expect((await send('GET', '/auth/admin/clients', undefined, String(body.access_token))).status).toBe(403);
  });
});
