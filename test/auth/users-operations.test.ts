import { unrestricted, type Access } from '../../server/access/access.ts';
import type { Principal } from '../../server/access/principal.ts';
import { grantMembership } from '../../server/auth/users/account-memberships.ts';
import { OPERATOR } from '../../server/auth/users/actor.ts';
import { createAccount } from '../../server/auth/users/create-account.ts';
import { userOperations } from '../../server/auth/users/operations/user-operations.ts';
import { serverContext } from '../../server/fhir/request-context.ts';
import { createTenant } from '../../server/storage/tenants.ts';
import { Fault } from '../../server/kernel/fault.ts';
import { addUser, MINUTE, openUsersApp, PASSWORD, signIn, type UsersApp } from './users-app.ts';

let app: UsersApp;

beforeAll(async () => {
  app = await openUsersApp();
  await createTenant(app.connectionString, { name: 'second', title: 'Second', organization: null, consent: 'opt-out' });
  await addUser(app, 'somebody');
});

afterAll(() => app.close());

type Value = string | boolean;
type Part = { readonly name: string; readonly part?: readonly Part[] } & Readonly<Record<string, unknown>>;

function administrator(changes: Partial<Principal> = {}): Access {
  const principal: Principal = {
    tenant: 1,
    kind: 'user',
    account: '00000000-0000-7000-8000-000000000001',
    roles: ['administrator'],
    purposes: [],
    secondFactor: app.clock.now - MINUTE,
    ...changes,
  };
  return { ...unrestricted(principal.tenant), principal, isUnrestricted: false };
}

async function call(
  code: string,
  input: Readonly<Record<string, Value>> = {},
  access = administrator(),
): Promise<readonly Part[]> {
  const operation = userOperations(app.users).find((one) => one.code === code);
  if (operation === undefined) throw new Error(`no ${code}`);
  const parameter = Object.entries(input).map(([name, value]) =>
    typeof value === 'boolean' ? { name, valueBoolean: value } : { name, valueString: value },
  );
  const ctx = {
    ...serverContext(app.engine, access.principal.tenant, 'test', app.origin),
    access,
    now: () => app.clock.now,
  };
  const body = { resourceType: 'Parameters', parameter };
  const request = { method: 'POST', path: [`$${code}`], query: '', headers: { prefer: {}, accept: [] }, body } as const;
  const answer = await operation.run(app.engine, ctx, { request, type: undefined, id: undefined });
  return (JSON.parse(answer.text ?? '') as { parameter?: Part[] }).parameter ?? [];
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return error instanceof Fault ? error.code : String(error);
  }
}

const CODES = ['user-create', 'user-invite', 'user-reset', 'user-disable', 'user-enable', 'user-unlock'].concat([
  'user-end-sessions',
  'user-grant-membership',
  'user-revoke-membership',
]);

test('an administrator makes an account; the answer has the link, since there is no mail', async () => {
  const answer = await call('user-create', { login: 'rest', given: 'Re', family: 'St', role: 'nurse' });
  const value = (name: string, type: string): unknown => answer.find((one) => one.name === name)?.[type];
  expect(value('login', 'valueString')).toBe('rest');
  const path = new URL(String(value('link', 'valueUrl'))).pathname;
  const browser = app.browser();
  await browser.get(path);
  expect((await browser.submit(path, { 'new-password': PASSWORD, repeated: PASSWORD })).status).toBe(200);
  const created = app.events.find(({ kind, login }) => kind === 'account-created' && login === 'rest');
  expect(created?.by).toBe('00000000-0000-7000-8000-000000000001');
});

test('disabled, enabled, signed out, unlocked', async () => {
  const browser = app.browser();
  await signIn(browser, 'rest');
  await call('user-end-sessions', { login: 'rest' });
  expect((await browser.get('/auth/account')).status).toBe(303);
  await call('user-disable', { login: 'rest' });
  expect((await signIn(app.browser(), 'rest')).status).toBe(403);
  await call('user-enable', { login: 'rest' });
  for (let round = 0; round < 5; round += 1) await signIn(app.browser(), 'rest', 'wrong');
  const locked = (await call('user-list')).find(({ part }) => part?.some((one) => one.valueString === 'rest') === true);
  expect(locked?.part).toContainEqual({ name: 'locked', valueBoolean: true });
  await call('user-unlock', { login: 'rest' });
  expect((await signIn(app.browser(), 'rest')).status).toBe(200);
});

test.each(CODES)('%s is for administrators who proved themselves just now', async (code) => {
  const input = { login: 'somebody' };
  expect(await refusal(call(code, input, administrator({ roles: ['physician'] })))).toBe('account.administratorOnly');
  expect(await refusal(call(code, input, administrator({ roles: [] })))).toBe('account.administratorOnly');
  const late = administrator({ secondFactor: app.clock.now - 6 * MINUTE });
  expect(await refusal(call(code, input, late))).toBe('access.secondFactor');
});

test.each(CODES.filter((code) => code !== 'user-create'))('%s reaches no account of another tenant', async (code) => {
  const there = administrator({ tenant: 2 });
  const input = code.includes('membership') ? { login: 'somebody', user: 'Practitioner/1' } : { login: 'somebody' };
  expect(await refusal(call(code, input, there))).toMatch(/^account\.(unknown|badUser)$/);
});

test('an account that is another tenant’s too is changed by neither; each lists only what it is there', async () => {
  const there = await app.users.staff.addPractitioner(2, { family: 'Both', given: 'Be' }, ['nurse']);
  const person = { name: { family: 'Both', given: 'Be' }, roles: [] };
  const account = await createAccount(app.users, { login: 'both', mail: undefined, tenant: 1, person }, OPERATOR);
  await grantMembership(app.users, account, { tenant: 2, fhirUser: there }, undefined, OPERATOR);
  for (const tenant of [1, 2]) {
    expect(await refusal(call('user-reset', { login: 'both' }, administrator({ tenant })))).toBe('account.shared');
    expect(await refusal(call('user-disable', { login: 'both' }, administrator({ tenant })))).toBe('account.shared');
  }
  const listed = await call('user-list', {}, administrator({ tenant: 2 }));
  expect(listed).toHaveLength(1);
  expect(JSON.stringify(listed)).toContain(there);
  expect(JSON.stringify(listed)).not.toContain(account.memberships[0]?.fhirUser);
});

test.each([
  ['user-create', {}, 'operation.missingParameter'],
  ['user-create', { login: 'x', given: 'A', family: 'B' }, 'account.badLogin'],
  ['user-create', { login: 'xy', user: 'Practitioner/none' }, 'account.badUser'],
  ['user-create', { login: 'xy', user: 'Observation/1' }, 'account.badUser'],
  ['user-create', { login: 'xy', user: 'Patient/1', given: 'A' }, 'account.personTwice'],
  ['user-create', { login: 'xy', given: 'A', family: 'B', role: 'king' }, 'account.badRole'],
  ['user-create', { login: 'somebody', given: 'A', family: 'B' }, 'account.loginTaken'],
  ['user-create', { login: 'xy', given: 'A', family: 'B', password: 'x' }, 'operation.unknownParameter'],
  ['user-reset', { login: 'somebody', factors: 'maybe' }, 'operation.badBoolean'],
  ['user-disable', { login: 'nobody' }, 'account.unknown'],
  ['user-disable', { login: 'a\u0000b' }, 'operation.badParameter'],
])('%s %j is refused: %s', async (code, input, expected) => {
  expect(await refusal(call(code, input as Record<string, Value>))).toBe(expected);
});
