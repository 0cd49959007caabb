import { grantMembership } from '../../server/auth/users/account-memberships.ts';
import { OPERATOR } from '../../server/auth/users/actor.ts';
import { addTotp } from './totp-app.ts';
import { addUser, openUsersApp, signIn, type UsersApp } from './users-app.ts';

let app: UsersApp;

beforeAll(async () => {
  app = await openUsersApp({ secondFactor: 'staff', passwordHistory: 3, passwordAge: 90 * 86_400_000 });
});

afterAll(() => app.close());

test('staff sets a factor up at the first sign-in, before anything else', async () => {
  await addUser(app, 'nurse', { roles: ['nurse'] });
  const browser = app.browser();
  expect((await signIn(browser, 'nurse')).location).toMatch(/^\/auth\/authenticator\?/);
  expect((await browser.get('/auth/account')).location).toMatch(/^\/auth\/authenticator\?/);
  await addTotp(browser, app.clock.now);
  expect((await browser.get('/auth/account')).status).toBe(200);
});

test('a password that is too old is changed first, and not to a former one', async () => {
  await addUser(app, 'aged');
  const first = app.browser();
  await signIn(first, 'aged');
  const { app: totp } = await addTotp(first, app.clock.now);
  app.clock.now += 91 * 86_400_000;
  const browser = app.browser();
  await signIn(browser, 'aged');
  await browser.get('/auth/second-factor');
  const answer = await browser.submit('/auth/second-factor', { code: totp.code(app.clock.now) });
  expect(answer.location).toMatch(/^\/auth\/password\?/);
  expect((await browser.get('/auth/account')).location).toMatch(/^\/auth\/password\?/);
  const change = async (password: string, next: string): Promise<number> => {
    app.clock.now += 1000;
    await browser.get('/auth/password');
    return (await browser.submit('/auth/password', { password, 'new-password': next, repeated: next })).status;
  };
  const [one, two, three, four] = [
    'violet otter gravel 37',
    'amber heron quarry 52',
    'copper lynx meadow 81',
    'silver finch harbour 64',
  ] as const;
  expect(await change(one, one)).toBe(400);
  expect(await change(one, two)).toBe(200);
  expect((await browser.get('/auth/account')).status).toBe(200);
  expect(await change(two, one)).toBe(400);
  expect(await change(two, three)).toBe(200);
  expect(await change(three, four)).toBe(200);
  // Three back: forgotten.
  expect(await change(four, one)).toBe(200);
});

test('whoever may act in several ways chooses one, and only one of theirs', async () => {
  const account = await addUser(app, 'several');
  const patient = await app.users.staff.addPractitioner(1, { family: 'Second', given: 'Self' }, ['nurse']);
  await grantMembership(app.users, account, { tenant: 1, fhirUser: patient }, undefined, OPERATOR);
  const ended = await app.users.staff.addPractitioner(1, { family: 'Third', given: 'Self' }, ['auditor']);
  await grantMembership(app.users, account, { tenant: 1, fhirUser: ended }, app.clock.now - 1, OPERATOR);
  const browser = app.browser();
  await signIn(browser, 'several');
  await addTotp(browser, app.clock.now);
  const page = await browser.get('/auth/membership');
  expect(page.text.match(/type="radio"/g)).toHaveLength(2);
  for (const membership of [`1/${ended}`, '2/Practitioner/1', '']) {
    expect((await browser.submit('/auth/membership', { membership })).status).toBe(400);
  }
  expect((await browser.submit('/auth/membership', { membership: `1/${patient}` })).status).toBe(200);
  const cookie = `athanor-session=${browser.cookies.get('athanor-session') ?? ''}`;
  const session = await app.signIn.sessionOf({ headers: { cookie } } as never);
  expect(session?.membership).toEqual({ tenant: 1, fhirUser: patient, roles: ['nurse'] });
});
