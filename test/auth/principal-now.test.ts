import type { Principal } from '../../server/access/principal.ts';
import { createApiKeys } from '../../server/auth/api-keys/api-keys.ts';
import type { Client } from '../../server/auth/oauth/clients/client.ts';
import { deleteClient, insertClient } from '../../server/auth/oauth/clients/client-store.ts';
import { insertGrant, revokeClient } from '../../server/auth/oauth/grants.ts';
import { createPrincipalNow } from '../../server/auth/principal-now.ts';
import { disableAccount, enableAccount, endAllSessions } from '../../server/auth/users/account-state.ts';
import { OPERATOR } from '../../server/auth/users/actor.ts';
import { addUser, MINUTE, openUsersApp, type UsersApp } from './users-app.ts';

let app: UsersApp;
let principalNow: ReturnType<typeof createPrincipalNow>;

const CLIENT: Client = {
  id: 'app',
  name: 'App',
  auth: 'none',
  redirectUris: ['https://app.example/back'],
  scopes: ['user/*.rs'],
  mayRefresh: false,
  roles: [],
  corsOrigins: [],
};

beforeAll(async () => {
  app = await openUsersApp();
  principalNow = createPrincipalNow({ db: app.engine.db, signIn: app.signIn, now: () => app.clock.now });
  await insertClient(app.engine.db, CLIENT, undefined);
});
afterAll(() => app.close());

test('a user has the roles of now, until the account is disabled or signed out everywhere', async () => {
  const account = await addUser(app, 'anna', { roles: ['nurse'] });
  const [membership] = (await app.signIn.accountById(account.id))?.memberships ?? [];
  const then: Principal = {
    tenant: 1,
    kind: 'user',
    account: account.id,
    client: 'app',
    fhirUser: membership?.fhirUser ?? '',
    roles: ['administrator'],
    scopes: ['user/Patient.rs'],
    purposes: [],
  };
  app.clock.now += MINUTE;
  const began = app.clock.now;
  expect(await principalNow(then, began)).toBeUndefined();
  await grant(account.id, then.fhirUser ?? '');
  expect(await principalNow(then, began)).toEqual({ ...then, roles: ['nurse'] });
  expect(await principalNow({ ...then, tenant: 2 }, began)).toBeUndefined();
  expect(await principalNow({ ...then, fhirUser: 'Practitioner/other' }, began)).toBeUndefined();
  expect(await principalNow({ ...then, client: 'other' }, began)).toBeUndefined();
  const { client: _client, ...without } = then;
  expect(await principalNow(without, began)).toBeUndefined();
  await disableAccount(app.users, account, OPERATOR);
  expect(await principalNow(then, Infinity)).toBeUndefined();
  await enableAccount(app.users, account, OPERATOR);
  app.clock.now += MINUTE;
  await endAllSessions(app.users, account, OPERATOR);
  expect([await principalNow(then, began), (await principalNow(then, app.clock.now))?.roles]).toEqual([
    undefined,
    ['nurse'],
  ]);
  await revokeClient(app.engine.db, account.id, 'app');
  expect(await principalNow(then, app.clock.now)).toBeUndefined();
});

async function grant(account: string, fhirUser: string): Promise<void> {
  const { now } = app.clock;
  await insertGrant(app.engine.db, {
    id: 'grant',
    client: 'app',
    account,
    tenant: 1,
    fhirUser,
    scopes: ['user/*.rs'],
    context: {},
    session: undefined,
    signedIn: now,
    secondFactor: undefined,
    created: now,
  });
}

test('a system has the roles of now, as long as there is one', async () => {
  const system: Client = { ...CLIENT, id: 'lab', redirectUris: [], tenants: [1], roles: ['lab'] };
  await insertClient(app.engine.db, system, undefined);
  const then: Principal = {
    tenant: 1,
    kind: 'client',
    client: 'lab',
    roles: [],
    scopes: ['system/*.rs'],
    purposes: [],
  };
  expect(await principalNow(then, 0)).toEqual({ ...then, roles: ['lab'] });
  expect(await principalNow({ ...then, tenant: 2 }, 0)).toBeUndefined();
  await deleteClient(app.engine.db, 'lab');
  expect(await principalNow(then, 0)).toBeUndefined();
});

test('a key is good until it is revoked or over', async () => {
  const keys = createApiKeys({ db: app.engine.db, context: app.engine, now: () => app.clock.now });
  const made = { tenant: 1, name: 'Analyser', roles: ['lab'], days: 1, createdBy: 'test' };
  const [first, second] = [await keys.create(made), await keys.create(made)];
  const principalOf = async ({ key }: { readonly key: string }): Promise<Principal> =>
    keys.principalOf(key, '203.0.113.1');
  const [one, other] = [await principalOf(first), await principalOf(second)];
  expect(await principalNow({ ...one, roles: [] }, 0)).toMatchObject({ client: one.client, roles: ['lab'] });
  expect(await principalNow({ ...one, tenant: 2 }, 0)).toBeUndefined();
  await keys.revoke(1, first.stored.id);
  expect([await principalNow(one, 0), (await principalNow(other, 0))?.kind]).toEqual([undefined, 'client']);
  app.clock.now += 2 * 1440 * MINUTE;
  expect(await principalNow(other, 0)).toBeUndefined();
});

test('the server and nobody in particular do not go on', async () => {
  expect(await principalNow({ tenant: 1, kind: 'server', roles: [], purposes: [] }, 0)).toBeUndefined();
  expect(await principalNow({ tenant: 1, kind: 'user', roles: [], purposes: [] }, 0)).toBeUndefined();
});
