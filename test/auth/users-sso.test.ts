import { saveProvider, type SsoProvider } from '../../server/auth/users/sso-providers.ts';
import type { Browser, Shown } from './browser.ts';
import { CLIENT, openOpenIdProvider, visitProvider, type OpenIdProvider } from './openid-provider.ts';
import { addUser, MINUTE, openUsersApp, signIn, type UsersApp } from './users-app.ts';
import { addTotp } from './totp-app.ts';

let app: UsersApp;
let other: OpenIdProvider;
let provider: SsoProvider;

beforeAll(async () => {
  app = await openUsersApp();
  other = await openOpenIdProvider(`${app.origin}/auth/sso/hospital/callback`);
  provider = {
    id: 'hospital',
    name: 'the hospital',
    issuer: other.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    vouchesForFactor: false,
  };
  await saveProvider(app.users, provider);
});

afterAll(async () => {
  await app.close();
  await other.close();
});

function targetOf(page: Shown): string {
  return (/content="0;url=([^"]*)"/.exec(page.text)?.[1] ?? '').replaceAll('&amp;', '&');
}

/** To the provider and back. */
async function come(browser: Browser, subject: string): Promise<Shown> {
  other.person.subject = subject;
  const page = await browser.get('/auth/sso/hospital?return_to=/auth/account');
  return browser.get(await visitProvider(targetOf(page)));
}

async function linked(login: string, subject: string): Promise<Browser> {
  await addUser(app, login);
  const browser = app.browser();
  await signIn(browser, login);
  await browser.get('/auth/account');
  const page = await browser.submit('/auth/account/sso/hospital');
  other.person.subject = subject;
  expect((await browser.get(await visitProvider(targetOf(page)))).location).toBe('/auth/account');
  return browser;
}

test('an identity that was linked signs in; one that was not does not', async () => {
  await linked('sso', 'subject-a');
  const browser = app.browser();
  expect((await browser.get('/auth/sign-in')).text).toContain('Sign in with the hospital');
  expect((await come(browser, 'subject-a')).status).toBe(200);
  const cookie = `athanor-session=${browser.cookies.get('athanor-session') ?? ''}`;
  const session = await app.signIn.sessionOf({ headers: { cookie } } as never);
  expect(session?.account.login).toBe('sso');
  expect(session?.methods).toEqual(['fed']);

  const stranger = app.browser();
  expect((await come(stranger, 'subject-unknown')).status).toBe(403);
  expect((await stranger.get('/auth/account')).status).toBe(303);
});

test('the same subject at another issuer is somebody else', async () => {
  await linked('issuer', 'subject-b');
  await app.users.db.query({
    text: `update account_identity set issuer = 'https://other.example' where subject = 'subject-b'`,
    values: [],
  });
  expect((await come(app.browser(), 'subject-b')).status).toBe(403);
});

test('an answer is taken once, from the browser that asked, with the state that was given', async () => {
  await linked('state', 'subject-c');
  const browser = app.browser();
  other.person.subject = 'subject-c';
  const callback = await visitProvider(targetOf(await browser.get('/auth/sso/hospital')));
  const foreign = app.browser();
  await foreign.get('/auth/sign-in');
  expect((await foreign.get(callback)).status).toBe(403);
  // The foreign try used it up.
  expect((await browser.get(callback)).status).toBe(403);

  const second = await visitProvider(targetOf(await browser.get('/auth/sso/hospital')));
  expect((await browser.get(second.replace(/state=[^&]*/, 'state=forged'))).status).toBe(403);
  expect((await browser.get(second.replace(/code=[^&]*/, 'code=forged'))).status).toBe(403);
  const third = await visitProvider(targetOf(await browser.get('/auth/sso/hospital')));
  expect((await browser.get(third)).status).toBe(200);
  expect((await browser.get(third)).status).toBe(403);
  expect((await browser.get('/auth/sso/hospital/callback?error=access_denied')).status).toBe(403);
  const fourth = await visitProvider(targetOf(await browser.get('/auth/sso/hospital')));
  app.clock.now += 11 * MINUTE;
  expect((await browser.get(fourth)).status).toBe(403);
});

test('PKCE, state and nonce go along', async () => {
  const url = new URL(targetOf(await app.browser().get('/auth/sso/hospital')));
  expect(url.origin).toBe(other.issuer);
  expect(url.searchParams.get('code_challenge_method')).toBe('S256');
  expect(url.searchParams.get('state')).toMatch(/^[\w-]{43}$/);
  expect(url.searchParams.get('nonce')).toMatch(/^[\w-]{43}$/);
  expect(url.searchParams.get('response_type')).toBe('code');
});

test('a second factor there counts here only when the provider may vouch for it', async () => {
  const browser = await linked('vouched', 'subject-d');
  await addTotp(browser, app.clock.now);
  other.person.amr = ['pwd', 'otp', 'mfa'];
  expect((await come(app.browser(), 'subject-d')).location).toMatch(/^\/auth\/second-factor/);
  await saveProvider(app.users, { ...provider, vouchesForFactor: true });
  expect((await come(app.browser(), 'subject-d')).status).toBe(200);
  other.person.amr = ['pwd'];
  expect((await come(app.browser(), 'subject-d')).location).toMatch(/^\/auth\/second-factor/);
  other.person.amr = undefined;
  await saveProvider(app.users, provider);
});

test('an identity belongs to one account; the account it was to be linked to must be the one that is signed in', async () => {
  await linked('holder', 'subject-e');
  await addUser(app, 'second-holder');
  const browser = app.browser();
  await signIn(browser, 'second-holder');
  await browser.get('/auth/account');
  const page = await browser.submit('/auth/account/sso/hospital');
  expect((await browser.get(await visitProvider(targetOf(page)))).status).toBe(403);
  expect((await come(app.browser(), 'subject-e')).status).toBe(200);

  await browser.get('/auth/account');
  const again = await browser.submit('/auth/account/sso/hospital');
  other.person.subject = 'subject-f';
  const callback = await visitProvider(targetOf(again));
  browser.cookies.delete('athanor-session');
  expect((await browser.get(callback)).status).toBe(403);
});

test('unlinked is not signed in any more; a disabled account is not either', async () => {
  const browser = await linked('unlinker', 'subject-g');
  await browser.get('/auth/account');
  await browser.submit('/auth/account/sso/hospital/remove');
  expect((await come(app.browser(), 'subject-g')).status).toBe(403);
  await linked('off', 'subject-h');
  await app.users.db.query({ text: `update account set is_disabled = true where login = 'off'`, values: [] });
  expect((await come(app.browser(), 'subject-h')).status).toBe(403);
});

test('a provider that does not answer is told as such; one that is not there is 404', async () => {
  await saveProvider(app.users, { ...provider, id: 'gone', issuer: 'http://localhost:9' });
  expect((await app.browser().get('/auth/sso/gone')).status).toBe(502);
  expect((await app.browser().get('/auth/sso/none')).status).toBe(404);
});

test.each([
  ['http://idp.example'],
  ['ftp://idp.example'],
  ['https://idp.example/?x=1'],
  ['idp.example'],
  ['https://u@idp.example'],
])('the issuer %s is refused', async (issuer) => {
  await expect(saveProvider(app.users, { ...provider, id: 'bad', issuer })).rejects.toMatchObject({
    code: 'sso.badIssuer',
  });
});

test('the client’s secret cannot be read in the database', async () => {
  const [row] = await app.users.db.query<{ secret: Buffer }>({
    text: `select client_secret as secret from sign_in_provider where id = 'hospital'`,
    values: [],
  });
  expect(row?.secret.includes(CLIENT.secret)).toBe(false);
});
