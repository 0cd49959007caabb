import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNT_VERBS } from '../../server/auth/users/command/account-verbs.ts';
import { PROVIDER_VERBS } from '../../server/auth/users/command/provider-verbs.ts';
import { ROLE_VERBS } from '../../server/auth/users/command/role-verbs.ts';
import { runVerb, type Verb } from '../../server/auth/users/command/verb.ts';
import { openUsersApp, PASSWORD, signIn, type UsersApp } from './users-app.ts';

let app: UsersApp;

beforeAll(async () => {
  app = await openUsersApp();
});

afterAll(() => app.close());

async function run(verbs: readonly Verb[], ...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const output = { out: { write: (text: string) => (out += text) }, err: { write: (text: string) => (err += text) } };
  const code = await runVerb(
    'user',
    verbs,
    argv,
    async () => ({ users: app.users, close: () => Promise.resolve() }),
    output,
  );
  return { code, out, err };
}

const user = (...argv: string[]): ReturnType<typeof run> => run([...ACCOUNT_VERBS, ...PROVIDER_VERBS], ...argv);
const role = (...argv: string[]): ReturnType<typeof run> => run(ROLE_VERBS, ...argv);

test('an account from the shell: made, listed, disabled, enabled, reset', async () => {
  const made = await user(
    'create',
    'shell',
    '--given',
    'She',
    '--family',
    'Ll',
    '--role',
    'nurse',
    '--role',
    'auditor',
  );
  expect(made.code).toBe(0);
  const path = new URL(/http\S+/.exec(made.out)?.[0] ?? '').pathname;
  const browser = app.browser();
  await browser.get(path);
  expect((await browser.submit(path, { 'new-password': PASSWORD, repeated: PASSWORD })).status).toBe(200);
  expect((await user('list')).out).toMatch(/^shell: Practitioner\/\S+ in tenant 1\n$/);
  expect((await user('list', '--tenant', '2')).out).toBe('');
  expect((await user('disable', 'SHELL')).code).toBe(0);
  expect((await signIn(app.browser(), 'shell')).status).toBe(403);
  expect((await user('enable', 'shell')).code).toBe(0);
  expect((await signIn(app.browser(), 'shell')).status).toBe(200);
  expect((await user('reset', 'shell')).out).toMatch(/\/auth\/reset\/[\w-]{43}\n$/);
  expect((await user('create', 'shell', '--given', 'A', '--family', 'B')).err).toMatch(
    /There is an account with this login/,
  );
  expect(app.events.filter(({ by }) => by === 'server').map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['account-created', 'account-invited', 'account-disabled', 'account-enabled']),
  );
});

test('failures that lock an account are forgotten by unlock', async () => {
  for (let round = 0; round < 5; round += 1) await signIn(app.browser(), 'shell', 'wrong');
  expect((await signIn(app.browser(), 'shell')).status).toBe(403);
  await user('unlock', 'shell');
  expect((await signIn(app.browser(), 'shell')).status).toBe(200);
});

test('roles: granted, listed, revoked', async () => {
  const practitioner = /Practitioner\/\S+/.exec((await user('list')).out)?.[0] ?? '';
  expect((await role('list', practitioner)).out).toBe('auditor\nnurse\n');
  expect((await role('grant', practitioner, 'physician')).code).toBe(0);
  expect((await role('grant', practitioner, 'physician')).out).toContain('has the role already');
  expect((await role('revoke', practitioner, 'nurse')).code).toBe(0);
  expect((await role('list', practitioner)).out).toBe('auditor\nphysician\n');
  expect((await role('grant', practitioner, 'king')).err).toContain('administrator, physician, nurse');
  expect((await role('grant', 'Practitioner/none', 'nurse')).code).toBe(1);
});

test('memberships: of people who exist, with an end', async () => {
  const other = await app.users.staff.addPractitioner(1, { family: 'Other', given: 'One' }, []);
  expect((await user('grant-membership', 'shell', '--user', other, '--until', '2000-01-01')).code).toBe(0);
  expect((await user('list')).out).not.toContain(other);
  expect((await user('grant-membership', 'shell', '--user', other)).code).toBe(0);
  expect((await user('list')).out).toContain(other);
  expect((await user('revoke-membership', 'shell', '--user', other)).code).toBe(0);
  expect((await user('list')).out).not.toContain(other);
  expect((await user('grant-membership', 'shell', '--user', 'Patient/none')).code).toBe(1);
  expect((await user('grant-membership', 'shell', '--user', 'Patient')).code).toBe(1);
  expect((await user('grant-membership', 'shell', '--user', other, '--until', 'soon')).code).toBe(2);
});

test('providers: added, listed, linked, removed', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'athanor-')), 'secret');
  writeFileSync(file, 'top secret\n');
  const facts = ['--name', 'Clinic', '--issuer', 'https://idp.example', '--client-id', 'us'];
  const added = await user('provider-add', 'clinic', ...facts, '--client-secret-file', file);
  expect(added.out).toBe(`Redirect URI: ${app.origin}/auth/sso/clinic/callback\n`);
  expect((await user('provider-list')).out).toBe('clinic: Clinic, https://idp.example\n');
  expect((await user('link', 'shell', 'clinic', 'subject')).code).toBe(0);
  expect((await user('link', 'shell', 'none', 'subject')).code).toBe(1);
  expect((await user('unlink', 'shell', 'clinic')).out).toBe('');
  expect((await user('unlink', 'shell', 'clinic')).out).toContain('no such identity');
  expect((await user('provider-remove', 'clinic')).code).toBe(0);
  expect((await user('provider-add', 'x', ...facts, '--client-secret-file', '/none')).code).toBe(2);
});

test.each([
  [['fly'], 2],
  [['create'], 2],
  [['create', 'a', 'b'], 2],
  [['create', 'nobody'], 2],
  [['disable', 'nobody'], 1],
  [['list', '--tenant', '0'], 2],
  [['list', '--tenant', '99999'], 2],
  [['list', '--no-such-option'], 2],
  [['create', 'x y', '--given', 'A', '--family', 'B'], 1],
  [['help'], 0],
  [[], 0],
])('user %j ends with %i', async (argv, code) => {
  expect((await user(...argv)).code).toBe(code);
});
