import { disableAccount, enableAccount, endAllSessions } from '../../server/auth/users/account-state.ts';
import { changeRole } from '../../server/auth/users/account-roles.ts';
import { OPERATOR } from '../../server/auth/users/actor.ts';
import { revokeMembership } from '../../server/auth/users/account-memberships.ts';
import { listSessions, startSession } from '../../server/auth/sessions/stored-session.ts';
import { storePassword } from '../../server/auth/users/set-password.ts';
import { accountById } from '../../server/auth/users/stored-account.ts';
import { sweepSignIn } from '../../server/auth/users/sweep.ts';
import type { Session } from '../../server/auth/account.ts';
import type { Browser } from './browser.ts';
import { addUser, MINUTE, openUsersApp, PASSWORD, signIn, type UsersApp } from './users-app.ts';

let app: UsersApp;

beforeAll(async () => {
  app = await openUsersApp();
});

afterAll(() => app.close());

async function signedIn(login: string): Promise<Browser> {
  const browser = app.browser();
  expect((await signIn(browser, login)).status).toBe(200);
  return browser;
}

function sessionOf(browser: Browser): Promise<Session | undefined> {
  const cookie = `athanor-session=${browser.cookies.get('athanor-session') ?? ''}`;
  return app.signIn.sessionOf({ headers: { cookie } } as never);
}

async function isOpen(browser: Browser): Promise<boolean> {
  return (await browser.get('/auth/account')).status === 200;
}

test('a session ends after 15 minutes without use; use prolongs it', async () => {
  await addUser(app, 'idle');
  const browser = await signedIn('idle');
  for (let count = 0; count < 4; count += 1) {
    app.clock.now += 15 * MINUTE - 1;
    expect(await isOpen(browser)).toBe(true);
  }
  app.clock.now += 15 * MINUTE;
  expect((await browser.get('/auth/account')).location).toBe('/auth/sign-in?return_to=%2Fauth%2Faccount');
});

test('a session ends after 12 hours, however much it is used', async () => {
  await addUser(app, 'absolute');
  const browser = await signedIn('absolute');
  const id = (await sessionOf(browser))?.id ?? '';
  const start = app.clock.now;
  while (app.clock.now + 10 * MINUTE < start + 12 * 60 * MINUTE) {
    app.clock.now += 10 * MINUTE;
    expect(await sessionOf(browser)).toBeDefined();
  }
  expect(await app.signIn.isLive(id)).toBe(true);
  app.clock.now += 10 * MINUTE;
  expect(await sessionOf(browser)).toBeUndefined();
  expect(await app.signIn.isLive(id)).toBe(false);
});

test('signing out ends every session of the account, and nobody else', async () => {
  await addUser(app, 'outgoing');
  await addUser(app, 'staying');
  const [one, two, other] = [await signedIn('outgoing'), await signedIn('outgoing'), await signedIn('staying')];
  const cookie = one.cookies.get('athanor-session') ?? '';
  await one.get('/auth/account');
  expect((await one.submit('/auth/sign-out')).location).toBe('/auth/sign-in');
  expect(one.cookies.has('athanor-session')).toBe(false);
  one.cookies.set('athanor-session', cookie);
  expect(await Promise.all([one, two, other].map(isOpen))).toEqual([false, false, true]);
});

test('changing the password ends every other session; this browser goes on under a new token', async () => {
  await addUser(app, 'changer');
  const [one, two] = [await signedIn('changer'), await signedIn('changer')];
  const before = one.cookies.get('athanor-session');
  await one.get('/auth/password');
  const next = 'amber heron quarry 52';
  await one.submit('/auth/password', { password: PASSWORD, 'new-password': next, repeated: next });
  expect(one.cookies.get('athanor-session')).not.toBe(before);
  expect(await isOpen(one)).toBe(true);
  expect(await isOpen(two)).toBe(false);
});

test('whoever proves the old password while it is changed has no session afterwards', async () => {
  const account = await addUser(app, 'racer');
  const { db } = app.users;
  for (let round = 0; round < 10; round += 1) {
    app.clock.now += 1;
    const proven = {
      account: account.id,
      methods: ['pwd'],
      secondFactor: undefined,
      ip: undefined,
      userAgent: undefined,
    };
    const before = (await accountById(db, account.id, app.clock.now)) ?? account;
    const change = db.transaction((tx) => storePassword(tx, app.users, before, `amber heron quarry ${round}`, 'x'));
    const starts = Array.from({ length: 8 }, () =>
      startSession(db, { ...proven, passwordSet: before.passwordSet }, app.clock.now - 1),
    );
    await Promise.all([change, ...starts]);
    expect(await listSessions(db, account.id, app.users.settings, app.clock.now)).toEqual([]);
  }
});

test('a role that is granted, revoked or changed past us ends the sessions', async () => {
  const account = await addUser(app, 'promoted');
  const practitioner = account.memberships[0]?.fhirUser ?? '';
  const browser = await signedIn('promoted');
  await changeRole(app.users, 'grant', 1, practitioner, 'auditor', OPERATOR);
  expect(await isOpen(browser)).toBe(false);
  const again = await signedIn('promoted');
  expect((await sessionOf(again))?.membership.roles).toEqual(['auditor', 'physician']);
  await app.users.staff.revokeRole(1, practitioner, 'physician');
  expect(await isOpen(again)).toBe(false);
  const last = await signedIn('promoted');
  expect((await sessionOf(last))?.membership.roles).toEqual(['auditor']);
});

test('a disabled account has no session and no account; enabled it signs in anew, and older tokens stay void', async () => {
  const account = await addUser(app, 'suspended');
  const browser = await signedIn('suspended');
  app.clock.now += 1000;
  await disableAccount(app.users, account, OPERATOR);
  expect(await isOpen(browser)).toBe(false);
  expect(await app.signIn.accountById(account.id)).toBeUndefined();
  expect((await signIn(app.browser(), 'suspended')).status).toBe(403);
  await enableAccount(app.users, account, OPERATOR);
  expect(await isOpen(browser)).toBe(false);
  await signedIn('suspended');
  expect((await app.signIn.accountById(account.id))?.validSince).toBe(app.clock.now);
});

test('without a membership there is no session that is signed in', async () => {
  const account = await addUser(app, 'leaver');
  const browser = await signedIn('leaver');
  const fhirUser = account.memberships[0]?.fhirUser ?? '';
  expect(await revokeMembership(app.users, account, { tenant: 1, fhirUser }, OPERATOR)).toBe(true);
  expect(await isOpen(browser)).toBe(false);
  const again = app.browser();
  const answer = await again.follow(await signIn(again, 'leaver'));
  expect(answer.status).toBe(403);
  expect(answer.text).toContain('belongs to no clinic');
  expect(await sessionOf(again)).toBeUndefined();
});

test('an administrator ends all sessions', async () => {
  const account = await addUser(app, 'ended');
  const browser = await signedIn('ended');
  expect(await endAllSessions(app.users, account, OPERATOR)).toBe(1);
  expect(await isOpen(browser)).toBe(false);
});

test('one session of several is ended from the list; those of others are not', async () => {
  await addUser(app, 'lister');
  await addUser(app, 'bystander');
  const [one, two, other] = [await signedIn('lister'), await signedIn('lister'), await signedIn('bystander')];
  const id = (await sessionOf(two))?.id ?? '';
  const otherId = (await sessionOf(other))?.id ?? '';
  await one.get('/auth/account');
  await one.submit(`/auth/account/session/${id}/end`);
  await one.submit(`/auth/account/session/${otherId}/end`);
  await one.submit('/auth/account/session/not-a-uuid/end');
  expect(await Promise.all([one, two, other].map(isOpen))).toEqual([true, false, true]);
});

test('signing in again keeps the session of the same person and ends that of another one', async () => {
  await addUser(app, 'same');
  await addUser(app, 'different');
  const browser = await signedIn('same');
  const before = await sessionOf(browser);
  app.clock.now += MINUTE;
  const old = browser.cookies.get('athanor-session') ?? '';
  await browser.get('/auth/sign-in?again=1');
  await browser.submit('/auth/sign-in', { login: 'same', password: PASSWORD });
  const renewed = await sessionOf(browser);
  expect(renewed?.id).toBe(before?.id);
  expect(renewed?.signedIn).toBe(app.clock.now);
  expect(browser.cookies.get('athanor-session')).not.toBe(old);
  await browser.get('/auth/sign-in?again=1');
  await browser.submit('/auth/sign-in', { login: 'different', password: PASSWORD });
  expect((await sessionOf(browser))?.account.login).toBe('different');
  expect(await app.signIn.isLive(before?.id ?? '')).toBe(false);
});

test('the database knows no token; what ran out is swept', async () => {
  await addUser(app, 'hashed');
  const browser = await signedIn('hashed');
  const token = browser.cookies.get('athanor-session') ?? '';
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  const [row] = await app.users.db.query<{ text: string }>({
    text: `select string_agg(s::text, ' ') as text from session s`,
    values: [],
  });
  expect(row?.text).not.toContain(token);
  app.clock.now += 3 * 86_400_000;
  await sweepSignIn(app.users);
  for (const table of ['session', 'sign_in_token', 'sign_in_try']) {
    expect(await app.users.db.query({ text: `select 1 from ${table}`, values: [] })).toEqual([]);
  }
});

test.each([['x'], [''], ['a'.repeat(43)], ["'".repeat(43)], ['é'.repeat(22)]])(
  'the cookie %j is nobody',
  async (value) => {
    const browser = app.browser();
    browser.cookies.set('athanor-session', encodeURIComponent(value));
    expect((await browser.get('/auth/account')).status).toBe(303);
  },
);
