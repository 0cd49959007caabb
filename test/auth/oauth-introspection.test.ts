import { removeExpired } from '../../server/auth/oauth/grants.ts';
import { createLaunch } from '../../server/auth/smart/launches.ts';
import { launchApp, refresh } from './oauth-steps.ts';
import { openOAuthServer, type OAuthServer } from './oauth-server.ts';

let server: OAuthServer;
let client: string;
let offset = 0;
const real = Date.now.bind(Date);
beforeAll(async () => {
  jest.spyOn(Date, 'now').mockImplementation(() => real() + offset);
  server = await openOAuthServer();
  ({ id: client } = (await server.client()).client);
});
afterAll(async () => {
  await server.close();
  jest.restoreAllMocks();
  expect(server.errors).toEqual([]);
});

const DAY = 86_400_000;
function later(ms: number): void {
  offset += ms;
}

describe('what has expired', () => {
  async function stored(): Promise<Readonly<Record<string, number>>> {
    const rows = await server.db.query<{ name: string; count: number }>({
      text: `select kind as name, count(*) as count from oauth_record group by kind
             union all select 'grants', count(*) from oauth_grant
             union all select 'launches', count(*) from oauth_launch`,
      values: [],
    });
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  }

  test('is removed, with grants that nothing is left of; what lives stays', async () => {
    later(200 * DAY);
    await removeExpired(server.db, Date.now());
    expect(await stored()).toEqual({ grants: 0, launches: 0 });
    const kept = await launchApp(server, client);
    await launchApp(server, client, { scope: 'patient/*.rs' });
    const launch = { client, account: 'account-physician', tenant: 1, context: {} };
    await createLaunch(server.db, launch, Date.now());
    later(2 * DAY);
    await removeExpired(server.db, Date.now());
    expect(await stored()).toEqual({ grants: 1, launches: 0, Grant: 1, RefreshToken: 1 });
    expect((await refresh(server, client, kept.body.refresh_token)).status).toBe(200);
  });
});

describe('introspection', () => {
  const CONTEXT = { active: true, patient: 'p1', sub: 'account-physician', token_type: 'Bearer' };

  test('by client credentials tells everything', async () => {
    const { client: gateway, secret = '' } = await server.client({ auth: 'client_secret_basic' });
    const { body } = await launchApp(server, client);
    const credentials = { Authorization: `Basic ${Buffer.from(`${gateway.id}:${secret}`).toString('base64')}` };
    const told = await server.post('/auth/introspect', { token: String(body.access_token) }, credentials);
    expect(told.body).toMatchObject({
      ...CONTEXT,
      scope: body.scope,
      client_id: client,
      iss: server.issuer,
      fhirUser: `${server.fhirBase}/Practitioner/1`,
    });
    expect(told.body.exp).toBeGreaterThan(Date.now() / 1000);
    expect(told.headers.get('cache-control')).toContain('no-store');
    expect((await server.post('/auth/introspect', { token: 'x'.repeat(43) }, credentials)).body).toEqual({
      active: false,
    });
  });

  test('by a token tells about the client’s own, the same as by credentials', async () => {
    const { body } = await launchApp(server, client);
    const token = String(body.access_token);
    const bearer = { Authorization: `Bearer ${token}` };
    const told = await server.post('/auth/introspect', { token }, bearer);
    expect(told.body).toMatchObject({
      ...CONTEXT,
      scope: body.scope,
      client_id: client,
      iss: server.issuer,
      fhirUser: `${server.fhirBase}/Practitioner/1`,
    });
    const other = await launchApp(server, (await server.client()).client.id);
    const foreign = String(other.body.access_token);
    expect((await server.post('/auth/introspect', { token: foreign }, bearer)).body).toEqual({ active: false });
    expect((await server.post('/auth/introspect', { token: 'x'.repeat(43) }, bearer)).body).toEqual({ active: false });
    expect(server.events.at(-1)).toMatchObject({ kind: 'introspection', outcome: 'success', client });
    expect((await server.post('/auth/introspect', {}, bearer)).status).toBe(400);
    expect(server.events.at(-1)).toMatchObject({ kind: 'introspection', outcome: 'failure' });
  });

  test('by a system’s token with the scope for it tells about all tokens of its organization', async () => {
    const system = { auth: 'client_secret_post', redirectUris: [], mayRefresh: false } as const;
    const tokenFor = async (tenants: readonly number[], scope: string): Promise<Record<string, string>> => {
      const registered = await server.client({ ...system, tenants, scopes: ['system/*.rs', 'introspect'] });
      const { body } = await server.token({
        grant_type: 'client_credentials',
        scope,
        client_id: registered.client.id,
        client_secret: registered.secret ?? '',
      });
      return { Authorization: `Bearer ${String(body.access_token)}` };
    };
    const { body } = await launchApp(server, client);
    const token = String(body.access_token);
    const asked = async (headers: Record<string, string>): Promise<unknown> =>
      (await server.post('/auth/introspect', { token }, headers)).body.active;
    expect(await asked(await tokenFor([1], 'system/Patient.rs introspect'))).toBe(true);
    expect(await asked(await tokenFor([1], 'system/Patient.rs'))).toBe(false);
    expect(await asked(await tokenFor([2], 'introspect'))).toBe(false);
  });

  test('is refused without any', async () => {
    const { body } = await launchApp(server, client);
    const token = String(body.access_token);
    expect((await server.post('/auth/introspect', { token })).status).toBe(400);
    const bad = await server.post('/auth/introspect', { token }, { Authorization: `Bearer ${'x'.repeat(43)}` });
    expect(bad.status).toBe(401);
    expect(bad.headers.get('www-authenticate')).toContain('invalid_token');
  });
});
