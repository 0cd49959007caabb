import { connect } from 'node:net';
import { exchange, launchApp, refresh, agree, authorizeUrl, returned } from './oauth-steps.ts';
import { fieldValues } from './oauth-browser.ts';
import { openOAuthServer, type Answer, type OAuthServer } from './oauth-server.ts';

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

const SECOND = 1000;
const DAY = 86_400_000;
function later(ms: number): void {
  offset += ms;
}

async function isAlive(answer: Answer): Promise<boolean> {
  return (await server.whoAmI(String(answer.body.access_token))).status === 200;
}

/** Past what a process believes of a token without asking. */
function forget(): void {
  later(5001);
}

describe('refresh tokens', () => {
  test('are rotated and keep scopes and context', async () => {
    const first = await launchApp(server, client);
    const second = await refresh(server, client, first.body.refresh_token);
    expect(second.body).toMatchObject({ scope: first.body.scope, patient: 'p1', expires_in: 3600 });
    expect(second.body.refresh_token).not.toBe(first.body.refresh_token);
    expect(second.body.id_token).toEqual(expect.any(String));
    expect(await isAlive(second)).toBe(true);
  });

  test('are enough to name a public app, as SMART has it', async () => {
    const { body } = await launchApp(server, client);
    const answer = await refresh(server, client, body.refresh_token, { client_id: undefined });
    expect(answer.body).toMatchObject({ scope: body.scope, patient: 'p1' });
    const unknown = await refresh(server, client, 'x'.repeat(43), { client_id: undefined });
    expect(unknown).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  test('are not enough for an app with a secret', async () => {
    const { client: app, secret = '' } = await server.client({ auth: 'client_secret_post' });
    const browser = server.browserOf('physician');
    const { code = '' } = returned(await agree(browser, await browser.open(authorizeUrl(server, app.id))));
    const { body } = await exchange(server, app.id, code, { client_secret: secret });
    const answer = await refresh(server, app.id, body.refresh_token, { client_id: undefined });
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect((await refresh(server, app.id, body.refresh_token, { client_secret: secret })).status).toBe(200);
  });

  test('arrive in pieces too, and broken-off requests hold nothing up', async () => {
    const { body } = await launchApp(server, client);
    const { port } = new URL(server.origin);
    const form = `grant_type=refresh_token&refresh_token=${String(body.refresh_token)}`;
    const head = `POST /auth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\nConnection: close\r\n\r\n`;
    const broken = connect(Number(port), '127.0.0.1');
    broken.write(head + form.slice(0, 20));
    const socket = connect(Number(port), '127.0.0.1');
    for (const piece of [head, form.slice(0, 10), form.slice(10, 60), form.slice(60)]) {
      socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    broken.destroy();
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('"access_token"');
  });

  test('give fewer scopes when asked to, never more', async () => {
    const first = await launchApp(server, client, {
      scope: 'launch/patient patient/Patient.rs patient/Condition.rs offline_access',
    });
    const fewer = await refresh(server, client, first.body.refresh_token, { scope: 'patient/Patient.rs' });
    expect(fewer.body.scope).toBe('patient/Patient.rs');
    const more = await refresh(server, client, fewer.body.refresh_token, { scope: 'patient/*.rs' });
    expect(more).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
  });

  test('live three months, and each use begins them anew', async () => {
    let { body } = await launchApp(server, client);
    for (let use = 0; use < 3; use += 1) {
      later(92 * DAY);
      const next = await refresh(server, client, body.refresh_token);
      expect(next.status).toBe(200);
      ({ body } = next);
    }
    later(101 * DAY);
    expect((await refresh(server, client, body.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('that come a second time end the whole family', async () => {
    const first = await launchApp(server, client);
    const second = await refresh(server, client, first.body.refresh_token);
    later(11 * SECOND);
    expect(await refresh(server, client, first.body.refresh_token)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect((await refresh(server, client, second.body.refresh_token)).body.error).toBe('invalid_grant');
    forget();
    expect(await isAlive(second)).toBe(false);
  });

  test('come again within ten seconds when the answer was lost; what was lost is worth nothing then', async () => {
    const first = await launchApp(server, client);
    const lost = await refresh(server, client, first.body.refresh_token);
    later(5 * SECOND);
    const again = await refresh(server, client, first.body.refresh_token);
    expect(again.status).toBe(200);
    expect((await refresh(server, client, lost.body.refresh_token)).body.error).toBe('invalid_grant');
    const next = await refresh(server, client, again.body.refresh_token);
    expect(next.status).toBe(200);
    // A third time is no lost answer any more.
    later(3 * SECOND);
    expect((await refresh(server, client, first.body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await refresh(server, client, next.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('do not come again when their successor was used: then the answer had arrived', async () => {
    const first = await launchApp(server, client);
    const second = await refresh(server, client, first.body.refresh_token);
    later(3 * SECOND);
    const third = await refresh(server, client, second.body.refresh_token);
    later(3 * SECOND);
    expect((await refresh(server, client, first.body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await refresh(server, client, third.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('are worth nothing to another client, and the owner keeps them', async () => {
    const other = (await server.client()).client.id;
    const { body } = await launchApp(server, client);
    expect((await refresh(server, other, body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await refresh(server, client, body.refresh_token)).status).toBe(200);
  });

  test('for online access end with the session of the browser', async () => {
    const { body } = await launchApp(server, client, { scope: 'launch/patient patient/*.rs online_access' });
    const next = await refresh(server, client, body.refresh_token);
    expect(next.status).toBe(200);
    server.sessions.clear();
    expect((await refresh(server, client, next.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('for offline access outlive it', async () => {
    const { body } = await launchApp(server, client);
    server.sessions.clear();
    expect((await refresh(server, client, body.refresh_token)).status).toBe(200);
  });

  test('are not given without a scope for them, or to clients that may not have them', async () => {
    expect((await launchApp(server, client, { scope: 'patient/*.rs' })).body).not.toHaveProperty('refresh_token');
    const short = (await server.client({ mayRefresh: false })).client.id;
    const { body } = await launchApp(server, short);
    expect(body.scope).toBe('openid fhirUser launch/patient patient/*.rs');
    expect(body).not.toHaveProperty('refresh_token');
  });
});

describe('access tokens', () => {
  test('end after an hour', async () => {
    const answer = await launchApp(server, client);
    later(3_599 * SECOND);
    expect(await isAlive(answer)).toBe(true);
    later(2 * SECOND);
    expect(await isAlive(answer)).toBe(false);
  });

  test.each<[string, () => Promise<void> | void]>([
    ['the account is disabled', () => void server.accounts.delete('someone')],
    [
      'the person leaves the organization',
      () => {
        const account = server.accounts.get('someone');
        if (account !== undefined) server.accounts.set('someone', { ...account, memberships: [] });
      },
    ],
    [
      'the password was reset',
      () => {
        const account = server.accounts.get('someone');
        if (account !== undefined) server.accounts.set('someone', { ...account, validSince: Date.now() });
      },
    ],
  ])('end within five seconds when %s', async (_name, change) => {
    server.accounts.set('someone', {
      id: 'account-someone',
      login: 'someone',
      validSince: 0,
      memberships: [{ tenant: 1, fhirUser: 'Practitioner/7', roles: ['nurse'] }],
    });
    const answer = await launchApp(server, client, {}, { login: 'someone' });
    expect(await isAlive(answer)).toBe(true);
    await change();
    forget();
    expect(await isAlive(answer)).toBe(false);
    expect((await refresh(server, client, answer.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('take up changes of roles within five seconds', async () => {
    server.accounts.set('someone', {
      id: 'account-someone',
      login: 'someone',
      validSince: 0,
      memberships: [{ tenant: 1, fhirUser: 'Practitioner/7', roles: ['nurse'] }],
    });
    const answer = await launchApp(server, client, {}, { login: 'someone' });
    const token = String(answer.body.access_token);
    expect((await server.whoAmI(token)).body.roles).toEqual(['nurse']);
    server.accounts.set('someone', {
      id: 'account-someone',
      login: 'someone',
      validSince: 0,
      memberships: [{ tenant: 1, fhirUser: 'Practitioner/7', roles: ['biller'] }],
    });
    forget();
    expect((await server.whoAmI(token)).body.roles).toEqual(['biller']);
  });

  test('are stored as hashes only', async () => {
    const { body } = await launchApp(server, client);
    const rows = await server.db.query<{ text: string }>({
      text: `select r::text as text from oauth_record r union all select g::text from oauth_grant g`,
      values: [],
    });
    const stored = rows.map(({ text }) => text).join('\n');
    expect(rows.length).toBeGreaterThan(3);
    expect(stored).not.toContain(String(body.access_token));
    expect(stored).not.toContain(String(body.refresh_token));
  });

  test.each([
    ['no token', undefined, 'auth.noToken', /^Bearer realm="[^"]+"$/],
    ['an unknown one', 'x'.repeat(43), 'auth.badToken', /error="invalid_token"/],
    ['a short one', 'x', 'auth.badToken', /error="invalid_token"/],
    ['a very long one', 'x'.repeat(5000), 'auth.badToken', /error="invalid_token"/],
    ['characters that no token has', 'abcdefghijklmnopqrst"uvwxyz', 'auth.badToken', /error="invalid_token"/],
  ])('are refused by RFC 6750: %s', async (_name, token, code, challenge) => {
    const { status, headers, body } = await server.whoAmI(token);
    expect({ status, code: body.code }).toEqual({ status: 401, code });
    expect(headers.get('www-authenticate')).toMatch(challenge);
  });

  test('are told apart from API keys', async () => {
    expect((await server.whoAmI(`athk_${'x'.repeat(43)}`)).body.client).toBe('api-key:1');
  });

  test('refresh tokens and codes are no access tokens', async () => {
    const { body } = await launchApp(server, client);
    expect((await server.whoAmI(String(body.refresh_token))).status).toBe(401);
    const browser = server.browserOf('physician');
    const { code = '' } = returned(await agree(browser, await browser.open(authorizeUrl(server, client))));
    expect((await server.whoAmI(code)).status).toBe(401);
  });
});

describe('revocation', () => {
  test.each(['access_token', 'refresh_token'])('of the %s by its client ends all of them', async (member) => {
    const answer = await launchApp(server, client);
    const { status } = await server.post('/auth/revoke', { client_id: client, token: String(answer.body[member]) });
    expect(status).toBe(200);
    forget();
    expect(await isAlive(answer)).toBe(false);
    expect((await refresh(server, client, answer.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('by another client does nothing', async () => {
    const other = (await server.client()).client.id;
    const answer = await launchApp(server, client);
    await server.post('/auth/revoke', { client_id: other, token: String(answer.body.access_token) });
    forget();
    expect(await isAlive(answer)).toBe(true);
  });

  test('by the user, from the list of their apps', async () => {
    const app = (await server.client({ name: 'Heart <b>watch</b>' })).client.id;
    const kept = await launchApp(server, client);
    const answer = await launchApp(server, app);
    const browser = server.browserOf('physician');
    const page = await browser.open('/auth/apps');
    expect(page.text).toContain('Heart &lt;b&gt;watch&lt;/b&gt;');
    const [csrf = ''] = fieldValues(page.text, 'csrf');
    const fields = [
      ['csrf', csrf],
      ['client', app],
    ] as const;
    expect((await browser.submit('/auth/apps', fields, { Origin: 'https://evil.example' })).status).toBe(403);
    expect(
      (
        await browser.submit('/auth/apps', [
          ['csrf', 'x'],
          ['client', app],
        ])
      ).status,
    ).toBe(403);
    expect(await isAlive(answer)).toBe(true);
    const done = await browser.submit('/auth/apps', fields);
    expect(done.text).not.toContain('Heart');
    expect(server.events.at(-1)).toMatchObject({ kind: 'revocation', client: app, account: 'account-physician' });
    forget();
    expect(await isAlive(answer)).toBe(false);
    expect((await refresh(server, app, answer.body.refresh_token)).body.error).toBe('invalid_grant');
    expect(await isAlive(kept)).toBe(true);
    // The next launch asks again.
    expect((await browser.open(authorizeUrl(server, app))).status).toBe(200);
  });

  test('nobody sees apps without signing in', async () => {
    const place = await server.browserOf('nobody').open('/auth/apps');
    expect(new URL(place.url).searchParams.get('returnTo')).toBe('/auth/apps');
  });
});

describe('a code', () => {
  test('used twice ends what came of it', async () => {
    const browser = server.browserOf('physician');
    const { code = '' } = returned(await agree(browser, await browser.open(authorizeUrl(server, client))));
    const answer = await exchange(server, client, code);
    expect(await isAlive(answer)).toBe(true);
    later(3 * SECOND);
    expect(await exchange(server, client, code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    forget();
    expect(await isAlive(answer)).toBe(false);
  });

  test('ends after a minute', async () => {
    const browser = server.browserOf('physician');
    const { code = '' } = returned(await agree(browser, await browser.open(authorizeUrl(server, client))));
    later(61 * SECOND);
    expect((await exchange(server, client, code)).body.error).toBe('invalid_grant');
  });
});
