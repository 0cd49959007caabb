import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { createLaunch, type Launch } from '../../server/auth/smart/launches.ts';
import { agree, authorizeQuery, authorizeUrl, exchange, launchApp, returned } from './oauth-steps.ts';
import { fieldValues, tickedValues } from './oauth-browser.ts';
import { openOAuthServer, REDIRECT, type OAuthServer } from './oauth-server.ts';

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

const ALL = 'openid fhirUser launch/patient patient/*.rs offline_access';
const PROBLEMS = 'http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item';

/** The `launch` parameter of an EHR launch by the physician. */
function launched(context: Launch['context'], changes: Partial<Launch> = {}): Promise<string> {
  const launch = { client, account: 'account-physician', tenant: 1, context, ...changes };
  return createLaunch(server.db, launch, Date.now());
}

describe('standalone launch', () => {
  test('of a public app ends with a token and its context', async () => {
    const { status, headers, body } = await launchApp(server, client);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: ALL, patient: 'p1', tenant: '1' });
    expect(Object.keys(body)).not.toContain('fhirUser');
    const me = await server.whoAmI(String(body.access_token));
    expect(me.body).toMatchObject({
      kind: 'user',
      tenant: 1,
      account: 'account-physician',
      fhirUser: 'Practitioner/1',
      roles: ['physician'],
      patient: 'p1',
      client,
    });
    expect(me.body.scopes).toEqual(ALL.split(' '));
  });

  test('works by POST to the authorization endpoint', async () => {
    const browser = server.browserOf('physician');
    const form = [...authorizeQuery(server, client)];
    const place = await agree(
      browser,
      await browser.submit(`${server.issuer}/authorize`, form, { Origin: 'https://app.example.org' }),
    );
    const { code = '', state, iss } = returned(place);
    expect({ state, iss }).toEqual({ state: 'state-1', iss: server.issuer });
    expect((await exchange(server, client, code)).status).toBe(200);
  });

  test('lets the user search for the patient, and takes none that they may not see', async () => {
    const browser = server.browserOf('physician');
    const picker = await browser.open(authorizeUrl(server, client, { prompt: 'consent' }));
    expect(fieldValues(picker.text, 'patient')).toEqual(['p1', 'p2']);
    const [csrf = ''] = fieldValues(picker.text, 'csrf');
    const found = await browser.submit(picker.url, [
      ['csrf', csrf],
      ['text', 'Bob'],
    ]);
    expect(fieldValues(found.text, 'patient')).toEqual(['p2']);
    const foreign = await browser.submit(picker.url, [
      ['csrf', csrf],
      ['patient', 'p3'],
    ]);
    expect(fieldValues(foreign.text, 'patient')).toEqual(['p1', 'p2']);
    const chosen = await browser.submit(picker.url, [
      ['csrf', csrf],
      ['patient', 'p2'],
    ]);
    expect(chosen.text).toContain('Bob Example');
    const { code = '' } = returned(await agree(browser, chosen));
    expect((await exchange(server, client, code)).body.patient).toBe('p2');
  });

  test('of a patient is about themselves, without a choice', async () => {
    const { body } = await launchApp(server, client, {}, { login: 'patient' });
    expect(body.patient).toBe('p1');
    expect((await server.whoAmI(String(body.access_token))).body).toMatchObject({
      fhirUser: 'Patient/p1',
      roles: ['patient'],
    });
  });

  test('has a patient in context as soon as patient scopes are granted', async () => {
    expect((await launchApp(server, client, { scope: 'patient/Observation.rs' })).body.patient).toBe('p1');
    expect((await launchApp(server, client, { scope: 'user/Observation.rs' })).body.patient).toBeUndefined();
  });

  test('offers the visits of the patient', async () => {
    const { body } = await launchApp(server, client, { scope: 'launch/patient launch/encounter patient/*.rs' });
    expect(body).toMatchObject({ patient: 'p1', encounter: 'e-p1' });
  });
});

describe('EHR launch', () => {
  const scope = 'launch openid fhirUser patient/*.rs';
  const context = {
    patient: 'p2',
    encounter: 'e9',
    intent: 'reconcile-medications',
    need_patient_banner: false,
    smart_style_url: 'https://ehr.example.org/style.json',
    fhirContext: [{ reference: 'ImagingStudy/i1' }],
  };

  test('brings the whole context', async () => {
    const { body } = await launchApp(server, client, { scope, launch: await launched(context) });
    expect(body).toMatchObject({ ...context, scope, tenant: '1' });
  });

  test('tells banner and style even where the launch does not', async () => {
    const { body } = await launchApp(server, client, { scope, launch: await launched({ patient: 'p2' }) });
    expect(body.need_patient_banner).toBe(true);
    const style = await fetch(String(body.smart_style_url), { headers: { Origin: 'https://anybody.example' } });
    expect(style.headers.get('access-control-allow-origin')).toBe('*');
    expect(await style.json()).toMatchObject({ color_text: expect.any(String), dim_font_size: expect.any(String) });
  });

  test.each<[string, Partial<Launch>, number]>([
    ['of another user', { account: 'account-administrator' }, 0],
    ['of another client', { client: 'another' }, 0],
    ['of another tenant', { tenant: 2 }, 0],
    ['that has expired', {}, 5 * 60_000 + 1],
  ])('refuses a launch %s', async (_name, changes, age) => {
    const launch = { client, account: 'account-physician', tenant: 1, context, ...changes };
    const handle = await createLaunch(server.db, launch, Date.now() - age);
    const place = await server.browserOf('physician').open(authorizeUrl(server, client, { scope, launch: handle }));
    expect(returned(place)).toMatchObject({ error: 'invalid_request', state: 'state-1' });
  });

  test('uses a launch once, of two browsers at once too', async () => {
    const url = authorizeUrl(server, client, { scope, prompt: 'consent', launch: await launched(context) });
    const browsers = [server.browserOf('physician'), server.browserOf('physician')];
    const asked = await Promise.all(browsers.map((browser) => browser.open(url)));
    const places = await Promise.all(browsers.map((browser, index) => agree(browser, asked[index] ?? fail())));
    expect(places.map((place) => returned(place).error ?? 'code').sort()).toEqual(['code', 'invalid_request']);
    expect(returned((await browsers[0]?.open(url)) ?? fail()).error).toBe('invalid_request');
  });

  test('without a launch there is no launch scope', async () => {
    expect((await launchApp(server, client, { scope: 'launch launch/patient patient/*.rs' })).body.scope).toBe(
      'launch/patient patient/*.rs',
    );
  });
});

describe('consent', () => {
  test('shows each scope, ticked', async () => {
    const browser = server.browserOf('patient');
    const page = await browser.open(
      authorizeUrl(server, client, { scope: `${ALL} patient/Condition.rs`, prompt: 'consent' }),
    );
    expect(tickedValues(page.text, 'scope')).toEqual(
      'openid fhirUser launch/patient offline_access patient/*.rs patient/Condition.rs'.split(' '),
    );
  });

  test.each([
    ['a scope is left out', 'patient/Patient.rs patient/Observation.rs', ['patient/Patient.rs'], 'patient/Patient.rs'],
    [
      'only a part of a scope',
      'patient/Condition.rs',
      [`patient/Condition.rs?category=${PROBLEMS}`],
      `patient/Condition.rs?category=${PROBLEMS}`,
    ],
    [
      'a ticked part takes the place of its whole',
      'patient/Condition.rs',
      ['patient/Condition.rs', `patient/Condition.rs?category=${PROBLEMS}`],
      `patient/Condition.rs?category=${PROBLEMS}`,
    ],
    [
      'what was not asked for is not granted',
      'patient/Patient.rs',
      ['patient/Patient.rs', 'patient/*.cruds'],
      'patient/Patient.rs',
    ],
    ['version 1 is answered in version 1', 'patient/*.read user/Patient.*', undefined, 'patient/*.read user/Patient.*'],
    [
      'granular scopes are kept',
      'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory',
      undefined,
      'patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory',
    ],
    [
      'malformed scopes fall away',
      'patient/Patient.dus patient/patient.rs patient/Nonsense.rs patient/Patient.r',
      undefined,
      'patient/Patient.r',
    ],
  ])('%s', async (_name, scope, scopes, granted) => {
    const { body } = await launchApp(
      server,
      client,
      { scope, prompt: 'consent' },
      { login: 'patient', ...(scopes && { scopes }) },
    );
    expect(body.scope).toBe(granted);
    expect((await server.whoAmI(String(body.access_token))).body.scopes).toEqual(granted.split(' '));
  });

  test('offline access can be refused', async () => {
    const scopes = ['launch/patient', 'patient/*.rs'];
    const { body } = await launchApp(server, client, { prompt: 'consent' }, { login: 'patient', scopes });
    expect(body.scope).toBe('launch/patient patient/*.rs');
    expect(body).not.toHaveProperty('refresh_token');
    expect(body).not.toHaveProperty('id_token');
  });

  test('can be denied', async () => {
    const browser = server.browserOf('patient');
    const page = await browser.open(authorizeUrl(server, client, { prompt: 'consent' }));
    const [csrf = ''] = fieldValues(page.text, 'csrf');
    const place = await browser.submit(page.url, [
      ['csrf', csrf],
      ['decision', 'deny'],
    ]);
    expect(place.url.startsWith(REDIRECT)).toBe(true);
    expect(returned(place)).toMatchObject({ error: 'access_denied', state: 'state-1', iss: server.issuer });
    expect(server.events.at(-1)).toMatchObject({ kind: 'authorization', outcome: 'failure', client });
  });

  test('of nothing is no consent', async () => {
    const browser = server.browserOf('patient');
    const page = await browser.open(authorizeUrl(server, client, { prompt: 'consent' }));
    const [csrf = ''] = fieldValues(page.text, 'csrf');
    const again = await browser.submit(page.url, [
      ['csrf', csrf],
      ['decision', 'allow'],
    ]);
    expect(again.status).toBe(422);
    expect(again.text).toContain('Nothing is ticked');
  });

  test('is remembered for the same scopes of the same client, and asked again for others', async () => {
    const web = (await server.client()).client.id;
    const browser = server.browserOf('patient');
    const first = { scope: 'patient/Patient.rs patient/Condition.rs' };
    await agree(browser, await browser.open(authorizeUrl(server, web, first)), ['patient/Patient.rs']);
    const again = await browser.open(authorizeUrl(server, web, first));
    expect((await exchange(server, web, returned(again).code ?? '')).body.scope).toBe('patient/Patient.rs');
    expect((await browser.open(authorizeUrl(server, web, { ...first, prompt: 'consent' }))).status).toBe(200);
    expect(
      (await browser.open(authorizeUrl(server, web, { ...first, remembered: '1', prompt: 'consent' }))).status,
    ).toBe(200);
    expect((await browser.open(authorizeUrl(server, web, { scope: 'patient/*.rs' }))).status).toBe(200);
  });

  test('of a program on this machine is never remembered: anybody could be it', async () => {
    const redirectUri = 'http://localhost:7777/callback';
    const local = (await server.client({ redirectUris: [redirectUri] })).client.id;
    const browser = server.browserOf('patient');
    const request = { redirect_uri: redirectUri };
    await agree(browser, await browser.open(authorizeUrl(server, local, request)));
    expect((await browser.open(authorizeUrl(server, local, request))).status).toBe(200);
  });
});

describe('sign-in', () => {
  test.each([
    ['nobody is signed in', 'nobody', {}, {}],
    ['the client wants it anew', 'physician', { prompt: 'login' }, { again: 'true' }],
    ['it is too long ago', 'physician', { max_age: '60' }, { again: 'true' }],
    ['the client wants it at once', 'physician', { max_age: '0' }, { again: 'true' }],
    ['a second factor is wanted', 'physician', { acr_values: 'mfa' }, { secondFactor: 'true' }],
  ])('is needed when %s', async (_name, login, changes, options) => {
    const browser = server.browserOf(login);
    for (const [key, session] of server.sessions)
      server.sessions.set(key, { ...session, signedIn: Date.now() - 120_000 });
    const { pathname, searchParams } = new URL((await browser.open(authorizeUrl(server, client, changes))).url);
    const { returnTo, ...rest } = Object.fromEntries(searchParams);
    expect(pathname).toBe('/sign-in');
    expect(returnTo).toMatch(/^\/auth\/interaction\/[\w-]+$/);
    expect(rest).toEqual(options);
  });

  test('comes back to the request', async () => {
    const browser = server.browserOf('nobody');
    const signIn = await browser.open(authorizeUrl(server, client, { prompt: 'login' }));
    browser.cookies.set('who', server.browserOf('patient').cookies.get('who') ?? '');
    for (const [key, session] of server.sessions) server.sessions.set(key, { ...session, signedIn: Date.now() + 1000 });
    const page = await browser.open(new URL(signIn.url).searchParams.get('returnTo') ?? '');
    expect(returned(await agree(browser, page))).toHaveProperty('code');
  });

  test('is not asked for with prompt=none', async () => {
    const place = await server.browserOf('physician').open(authorizeUrl(server, client, { prompt: 'none' }));
    expect(returned(place)).toMatchObject({ error: 'interaction_required', state: 'state-1' });
  });

  test('is refused for an organization that the client does not serve', async () => {
    const other = (await server.client({ tenants: [7] })).client.id;
    const place = await server.browserOf('physician').open(authorizeUrl(server, other));
    expect(returned(place).error).toBe('access_denied');
  });
});

describe('id_token', () => {
  test('is signed with RS256 by a published key and names the user', async () => {
    const { body } = await launchApp(server, client, { nonce: 'n-1' });
    const token = String(body.id_token);
    expect(decodeProtectedHeader(token).alg).toBe('RS256');
    const jwks = createRemoteJWKSet(new URL(`${server.issuer}/jwks`));
    const { payload } = await jwtVerify(token, jwks, { issuer: server.issuer, audience: client });
    expect(payload).toMatchObject({
      sub: 'account-physician',
      fhirUser: `${server.fhirBase}/Practitioner/1`,
      nonce: 'n-1',
    });
    expect(payload.exp).toBeGreaterThan(Date.now() / 1000);
  });

  test('has no fhirUser without that scope', async () => {
    const { body } = await launchApp(server, client, { scope: 'openid patient/*.rs' });
    const [, payload = ''] = String(body.id_token).split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).not.toHaveProperty('fhirUser');
  });

  test('of another user as a hint is refused', async () => {
    const hint = String((await launchApp(server, client)).body.id_token);
    const place = await server.browserOf('patient').open(authorizeUrl(server, client, { id_token_hint: hint }));
    expect(returned(place).error).toBe('login_required');
  });
});

describe('confidential apps', () => {
  test.each(['client_secret_basic', 'client_secret_post'] as const)('prove themselves by %s', async (auth) => {
    const registered = await server.client({ auth });
    const { id } = registered.client;
    const secret = registered.secret ?? '';
    const browser = server.browserOf('physician');
    const place = await agree(browser, await browser.open(authorizeUrl(server, id)));
    const { code = '' } = returned(place);
    const wrong = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
    const proof = (value: string): [Record<string, string>, Record<string, string>] =>
      auth === 'client_secret_basic'
        ? [{}, { Authorization: `Basic ${Buffer.from(`${id}:${value}`).toString('base64')}` }]
        : [{ client_secret: value }, {}];
    const parameters = {
      grant_type: 'authorization_code',
      client_id: id,
      code,
      redirect_uri: REDIRECT,
      code_verifier: 'a-verifier-that-is-long-enough-for-the-rfc-7636',
    };
    const answer = async (value: string | undefined): Promise<{ status: number; error: unknown }> => {
      const [extra, headers] = value === undefined ? [{}, {}] : proof(value);
      const { status, body } = await server.token({ ...parameters, ...extra }, headers);
      return { status, error: body.error };
    };
    expect(await answer(wrong)).toEqual({ status: 401, error: 'invalid_client' });
    expect(await answer(undefined)).toEqual({ status: 401, error: 'invalid_client' });
    expect(await answer(secret)).toEqual({ status: 200, error: undefined });
  });
});

function fail(): never {
  throw new Error('missing');
}
