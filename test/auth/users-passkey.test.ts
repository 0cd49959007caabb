import type { Browser } from './browser.ts';
import { SoftwareAuthenticator, type Quirks } from './software-authenticator.ts';
import { addUser, MINUTE, openUsersApp, signIn, type UsersApp } from './users-app.ts';

let app: UsersApp;

beforeAll(async () => {
  app = await openUsersApp();
});

afterAll(() => app.close());

type Options = Parameters<SoftwareAuthenticator['prove']>[0];

async function withPasskey(login: string): Promise<{ device: SoftwareAuthenticator; browser: Browser }> {
  await addUser(app, login);
  const browser = app.browser();
  await signIn(browser, login);
  await browser.get('/auth/account');
  const device = new SoftwareAuthenticator(app.origin);
  const { body } = await browser.script('/auth/passkey/register/options');
  const credential = device.register(body as unknown as Options);
  const added = await browser.script('/auth/passkey/register', { credential, name: 'Phone' });
  expect(added.body).toEqual({ next: '/auth/account' });
  return { device, browser };
}

/** @returns status of the sign-in */
async function signInBy(device: SoftwareAuthenticator, quirks: Quirks = {}, browser = app.browser()): Promise<number> {
  await browser.get('/auth/sign-in');
  const { body } = await browser.script('/auth/passkey/sign-in/options');
  const credential = device.prove(body as unknown as Options, quirks);
  return (await browser.script('/auth/passkey/sign-in', { credential, return_to: '/auth/account' })).status;
}

test('a passkey signs in by itself and counts as two factors', async () => {
  const { device } = await withPasskey('key');
  const browser = app.browser();
  expect(await signInBy(device, {}, browser)).toBe(200);
  const cookie = `athanor-session=${browser.cookies.get('athanor-session') ?? ''}`;
  const session = await app.signIn.sessionOf({ headers: { cookie } } as never);
  expect(session?.account.login).toBe('key');
  expect(session?.secondFactor).toBe(app.clock.now);
  expect(session?.methods).toEqual(expect.arrayContaining(['hwk', 'mfa']));
});

test.each<[string, Quirks]>([
  ['did not check the person', { isUnverified: true }],
  ['answers another challenge', { challenge: Buffer.alloc(32, 1).toString('base64url') }],
  ['was asked by another site', { origin: 'https://evil.example' }],
  ['is a copy: its counter fell', { counter: 0 }],
])('a device that %s is refused', async (name, quirks) => {
  const { device } = await withPasskey(`quirk-${name.replace(/\W+/g, '-')}`);
  expect(await signInBy(device)).toBe(200);
  expect(await signInBy(device, quirks)).toBe(403);
});

test('an answer works once, also in parallel', async () => {
  const { device } = await withPasskey('replayed');
  const browsers = [app.browser(), app.browser(), app.browser(), app.browser()];
  for (const browser of browsers) await browser.get('/auth/sign-in');
  const { body } = (await browsers[0]?.script('/auth/passkey/sign-in/options')) ?? { body: {} };
  const credential = device.prove(body as unknown as Options);
  const answers = await Promise.all(browsers.map((browser) => browser.script('/auth/passkey/sign-in', { credential })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403]);
});

test('a challenge is old after 10 minutes', async () => {
  const { device } = await withPasskey('slow');
  const browser = app.browser();
  await browser.get('/auth/sign-in');
  const { body } = await browser.script('/auth/passkey/sign-in/options');
  app.clock.now += 10 * MINUTE;
  const credential = device.prove(body as unknown as Options);
  expect((await browser.script('/auth/passkey/sign-in', { credential })).status).toBe(403);
});

test('a passkey signs in while passwords are locked, but not when the account is disabled', async () => {
  const { device } = await withPasskey('locked-out');
  for (let round = 0; round < 6; round += 1) await signIn(app.browser(), 'locked-out', 'wrong');
  expect((await signIn(app.browser(), 'locked-out')).status).toBe(403);
  expect(await signInBy(device)).toBe(200);
  await app.users.db.query({ text: `update account set is_disabled = true where login = 'locked-out'`, values: [] });
  expect(await signInBy(device)).toBe(403);
});

test('a passkey is the second factor after a password; one of somebody else is not', async () => {
  const { device } = await withPasskey('second');
  const { device: other } = await withPasskey('other');
  const browser = app.browser();
  expect((await signIn(browser, 'second')).location).toMatch(/^\/auth\/second-factor/);
  await browser.get('/auth/second-factor');
  const prove = async (used: SoftwareAuthenticator): Promise<number> => {
    const { body } = await browser.script('/auth/passkey/prove/options');
    const credential = used.prove(body as unknown as Options);
    return (await browser.script('/auth/passkey/prove', { credential })).status;
  };
  expect(await prove(other)).toBe(403);
  expect((await browser.get('/auth/account')).status).toBe(303);
  expect(await prove(device)).toBe(200);
  expect((await browser.get('/auth/account')).status).toBe(200);
});

test('a passkey is added only just after a proof, listed, and removed', async () => {
  const { browser } = await withPasskey('owner');
  const page = await browser.get('/auth/account');
  expect(page.text).toContain('Phone, added');
  const path = /action="(\/auth\/account\/passkey\/[^"]+\/remove)"/.exec(page.text)?.[1] ?? '';
  app.clock.now += 6 * MINUTE;
  const late = await browser.script('/auth/passkey/register/options');
  expect(late.body).toEqual({ next: expect.stringMatching(/^\/auth\/second-factor/) });
  expect((await browser.submit(path)).location).toMatch(/^\/auth\/second-factor/);
  app.clock.now -= 6 * MINUTE;
  expect((await browser.submit(path)).location).toBe('/auth/account');
  expect((await browser.get('/auth/account')).text).not.toContain('Phone, added');
});

test.each([
  [undefined],
  [null],
  ['x'],
  [[]],
  [{ id: 1 }],
  [{ id: 'x', response: {} }],
  [{ id: '\u0000', response: {} }],
  [{ id: 'x', response: { clientDataJSON: 'e30' } }],
])('the credential %j is refused, not a failure', async (credential) => {
  const browser = app.browser();
  await browser.get('/auth/sign-in');
  expect((await browser.script('/auth/passkey/sign-in', { credential })).status).toBe(403);
  const owner = app.browser();
  await signIn(owner, 'other');
  expect((await owner.script('/auth/passkey/prove', { credential })).status).toBe(403);
});
