import { OPERATOR } from '../../server/auth/users/actor.ts';
import { grantMembership } from '../../server/auth/users/account-memberships.ts';
import type { Session } from '../../server/auth/account.ts';
import { createTenant, setTenantDisabled } from '../../server/storage/tenants.ts';
import type { Browser } from './browser.ts';
import { addUser, openUsersApp, signIn, type UsersApp } from './users-app.ts';

let app: UsersApp;

beforeAll(async () => {
  app = await openUsersApp();
  await createTenant(app.connectionString, {
    name: 'hill',
    title: 'Hill Clinic',
    organization: null,
    consent: 'opt-out',
  });
});

afterAll(() => app.close());

function sessionOf(browser: Browser): Promise<Session | undefined> {
  const cookie = `athanor-session=${browser.cookies.get('athanor-session') ?? ''}`;
  return app.signIn.sessionOf({ headers: { cookie } } as never);
}

test('with the fence between tenants up: whoever belongs to two chooses, and is who they are there', async () => {
  const account = await addUser(app, 'both');
  const there = await app.users.staff.addPractitioner(2, { family: 'Hill', given: 'Bo' }, ['nurse']);
  await grantMembership(app.users, account, { tenant: 2, fhirUser: there }, undefined, OPERATOR);
  const browser = app.browser();
  const page = await browser.follow(await signIn(browser, 'both'));
  expect(page.text).toContain('both Test (staff) at Main');
  expect(page.text).toContain('Bo Hill (staff) at Hill Clinic');
  expect(await sessionOf(browser)).toBeUndefined();
  await browser.submit('/auth/membership', { membership: `2/${there}` });
  expect((await sessionOf(browser))?.membership).toEqual({ tenant: 2, fhirUser: there, roles: ['nurse'] });
  // A Practitioner of one tenant is nobody in the other.
  expect(await app.users.staff.rolesOf(1, there)).toEqual([]);
  expect(await app.users.staff.exists(1, there)).toBe(false);
});

test('whoever belongs to a tenant that is disabled is not let in', async () => {
  const there = await app.users.staff.addPractitioner(2, { family: 'Hill', given: 'Only' }, ['nurse']);
  const account = await addUser(app, 'hill-only');
  await grantMembership(app.users, account, { tenant: 2, fhirUser: there }, undefined, OPERATOR);
  await app.users.db.query({
    text: 'delete from account_membership where account = $1 and tenant = 1',
    values: [account.id],
  });
  const browser = app.browser();
  await signIn(browser, 'hill-only');
  expect((await sessionOf(browser))?.membership.tenant).toBe(2);
  await setTenantDisabled(app.connectionString, 'hill', true);
  expect(await sessionOf(browser)).toBeUndefined();
  expect((await app.signIn.accountById(account.id))?.memberships).toEqual([]);
  await setTenantDisabled(app.connectionString, 'hill', false);
  expect((await sessionOf(browser))?.membership.tenant).toBe(2);
});
