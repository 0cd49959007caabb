import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { resetLink } from '../../server/auth/users/account-links.ts';
import { OPERATOR } from '../../server/auth/users/actor.ts';
import { createAccount } from '../../server/auth/users/create-account.ts';
import { inviteAccount } from '../../server/auth/users/invite-account.ts';
import { disableAccount } from '../../server/auth/users/account-state.ts';
import { accountByLogin } from '../../server/auth/users/stored-account.ts';
import { addTotp } from './totp-app.ts';
import { addUser, MINUTE, openUsersApp, PASSWORD, signIn, type UsersApp } from './users-app.ts';

interface Received {
  readonly to: readonly string[];
  readonly text: string;
}

let app: UsersApp;
let sink: SMTPServer;
const mails: Received[] = [];

beforeAll(async () => {
  sink = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        // Long lines are cut softly with = at their ends.
        const text = Buffer.concat(chunks).toString('utf8').replaceAll('=\r\n', '').replaceAll('=3D', '=');
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const { port } = sink.server.address() as AddressInfo;
  app = await openUsersApp({ smtpUrl: `smtp://127.0.0.1:${port}` });
});

afterAll(async () => {
  await app.close();
  await new Promise<void>((resolve) => sink.close(resolve));
});

beforeEach(() => {
  mails.length = 0;
});

async function mailed(count: number): Promise<void> {
  for (let wait = 0; mails.length < count && wait < 200; wait += 1) await new Promise((done) => setTimeout(done, 10));
  expect(mails).toHaveLength(count);
}

function linkIn({ text }: Received): string {
  return new URL(/https?:\/\/\S+\/auth\/\w+\/\S+/.exec(text)?.[0] ?? '').pathname;
}

async function ask(login: string): Promise<string> {
  const browser = app.browser();
  await browser.get('/auth/reset');
  const answer = await browser.submit('/auth/reset', { login });
  expect(answer.status).toBe(200);
  return answer.text;
}

async function take(path: string, password: string): Promise<number> {
  const browser = app.browser();
  // For its token: a link that is gone shows no form.
  await browser.get('/auth/sign-in');
  await browser.get(path);
  return (await browser.submit(path, { 'new-password': password, repeated: password })).status;
}

/** An account whose invitation came by mail and was taken up. */
async function invited(login: string): Promise<void> {
  const person = { name: { family: 'Test', given: 'Mail' }, roles: ['nurse'] as const };
  const account = await createAccount(app.users, { login, mail: undefined, tenant: 1, person }, OPERATOR);
  expect(await inviteAccount(app.users, account, OPERATOR)).toEqual({ mailedTo: login });
  await mailed(1);
  const [mail = { to: [], text: '' }] = mails.splice(0);
  expect(mail.to).toEqual([login]);
  expect(await take(linkIn(mail), PASSWORD)).toBe(200);
}

test('an invitation comes by mail; nobody signs in before it is taken up, and it works once', async () => {
  const login = 'new@clinic.example';
  const person = { name: { family: 'Test', given: 'Mail' }, roles: [] };
  const account = await createAccount(app.users, { login, mail: undefined, tenant: 1, person }, OPERATOR);
  expect((await signIn(app.browser(), login, '')).status).toBe(403);
  await inviteAccount(app.users, account, OPERATOR);
  await mailed(1);
  const [mail = { to: [], text: '' }] = mails;
  expect(mail.text).toContain('From: Clinic <no-reply@clinic.example>');
  const link = linkIn(mail);
  expect(Buffer.from(link.split('/').at(-1) ?? '', 'base64url')).toHaveLength(32);
  // Looking uses nothing up.
  expect((await app.browser().get(link)).status).toBe(200);
  expect(await take(link, 'short')).toBe(400);
  expect(await take(link, PASSWORD)).toBe(200);
  expect(await take(link, PASSWORD)).toBe(410);
  expect((await signIn(app.browser(), login)).status).toBe(200);
});

test('an invitation ends after 7 days, and with the next one', async () => {
  const person = { name: { family: 'Test', given: 'Late' }, roles: [] };
  const account = await createAccount(
    app.users,
    { login: 'late', mail: 'late@clinic.example', tenant: 1, person },
    OPERATOR,
  );
  await inviteAccount(app.users, account, OPERATOR);
  await inviteAccount(app.users, account, OPERATOR);
  await mailed(2);
  const [first = { to: [], text: '' }, second = { to: [], text: '' }] = mails;
  expect(await take(linkIn(first), PASSWORD)).toBe(410);
  app.clock.now += 7 * 24 * 60 * MINUTE;
  expect(await take(linkIn(second), PASSWORD)).toBe(410);
});

test('asking for a new password tells nobody whether there is an account', async () => {
  await invited('exists@clinic.example');
  await invited('off@clinic.example');
  const [off] = await app.users.db.query<{ id: string }>({
    text: `select id from account where login = 'off@clinic.example'`,
    values: [],
  });
  await disableAccount(app.users, { ...(await addUser(app, 'spare')), id: off?.id ?? '' }, OPERATOR);
  const answers = [];
  for (const login of ['exists@clinic.example', 'nobody@clinic.example', 'off@clinic.example', ''])
    answers.push(await ask(login));
  const plain = answers.map((text) => text.replace(/name="csrf"\s+value="[^"]*"/g, ''));
  expect(new Set(plain).size).toBe(1);
  await mailed(1);
  expect(mails[0]?.to).toEqual(['exists@clinic.example']);
});

test('20 parallel uses of a reset link: one wins; sessions end and older tokens are void', async () => {
  await invited('race@clinic.example');
  const open = app.browser();
  await signIn(open, 'race@clinic.example');
  await ask('race@clinic.example');
  await mailed(1);
  const link = linkIn(mails[0] ?? { to: [], text: '' });
  app.clock.now += MINUTE;
  const passwords = Array.from({ length: 20 }, (_unused, index) => `amber heron quarry ${index} lynx`);
  const answers = await Promise.all(passwords.map((password) => take(link, password)));
  expect(answers.filter((status) => status === 200)).toHaveLength(1);
  expect(answers.filter((status) => status === 410)).toHaveLength(19);
  expect((await open.get('/auth/account')).status).toBe(303);
  const winner = passwords[answers.indexOf(200)] ?? '';
  expect((await signIn(app.browser(), 'race@clinic.example', winner)).status).toBe(200);
  expect((await signIn(app.browser(), 'race@clinic.example')).status).toBe(403);
  const [row] = await app.users.db.query<{ valid_since: number }>({
    text: `select valid_since from account where login = 'race@clinic.example'`,
    values: [],
  });
  expect(row?.valid_since).toBe(app.clock.now);
});

test('a reset link works for an hour, and the newest one only', async () => {
  await invited('hour@clinic.example');
  await ask('hour@clinic.example');
  await ask('hour@clinic.example');
  await mailed(2);
  const [first = { to: [], text: '' }, second = { to: [], text: '' }] = mails;
  expect(await take(linkIn(first), PASSWORD)).toBe(410);
  app.clock.now += 60 * MINUTE;
  expect(await take(linkIn(second), PASSWORD)).toBe(410);
});

test('of reset links that are made at once one works', async () => {
  await invited('many@clinic.example');
  const account = await accountByLogin(app.users.db, 'many@clinic.example', app.clock.now);
  const links = await Promise.all(
    Array.from({ length: 12 }, () => resetLink(app.users.db, app.users, account?.id ?? '')),
  );
  const answers: number[] = [];
  for (const link of links) answers.push((await app.browser().get(new URL(link).pathname)).status);
  expect(answers.toSorted((a, b) => a - b)).toEqual([200, ...Array<number>(11).fill(410)]);
});

test('nobody’s mailbox is filled: 5 mails in 15 minutes', async () => {
  await invited('flood@clinic.example');
  for (let count = 0; count < 12; count += 1) await ask('flood@clinic.example');
  await mailed(5);
});

test('a new password by link does not pass the second factor', async () => {
  await invited('factor@clinic.example');
  const browser = app.browser();
  await signIn(browser, 'factor@clinic.example');
  await addTotp(browser, app.clock.now);
  await ask('factor@clinic.example');
  await mailed(1);
  expect(await take(linkIn(mails[0] ?? { to: [], text: '' }), 'amber heron quarry 52')).toBe(200);
  const answer = await signIn(app.browser(), 'factor@clinic.example', 'amber heron quarry 52');
  expect(answer.location).toMatch(/^\/auth\/second-factor\?/);
});

test.each([['a@b.example\r\nBcc: c@d.example'], ['a@b.example, c@d.example'], ['no address'], ['<a@b.example>']])(
  'the mail address %j is refused',
  async (mail) => {
    const person = { name: { family: 'Test', given: 'Mail' }, roles: [] };
    const made = createAccount(app.users, { login: 'injected', mail, tenant: 1, person }, OPERATOR);
    await expect(made).rejects.toMatchObject({ code: 'account.badMail', status: 400 });
  },
);
