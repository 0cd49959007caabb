import { takeTurn } from '../../server/auth/users/sign-in-tries.ts';
import { addUser, MINUTE, openUsersApp, PASSWORD, signIn, type UsersApp } from './users-app.ts';

let app: UsersApp;

beforeAll(async () => {
  app = await openUsersApp();
});

afterAll(() => app.close());

test('who has a password signs in, and comes back to where they wanted to go', async () => {
  await addUser(app, 'anna');
  const browser = app.browser();
  await browser.get('/auth/sign-in');
  const answer = await browser.submit('/auth/sign-in', {
    login: 'ANNA',
    password: PASSWORD,
    return_to: '/auth/x?y=1&z=2',
  });
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('content="0;url=/auth/x?y=1&amp;z=2"');
  const page = await browser.get('/auth/account');
  expect(page.status).toBe(200);
  expect(page.text).toMatch(/You act as anna Test \(staff\): physician\./);
});

test.each([
  ['//evil.example/'],
  ['/\\evil.example'],
  ['https://evil.example/'],
  ['/\t/evil.example'],
  ['javascript:alert(1)'],
  ['/%0d%0aSet-Cookie:x'],
])('return_to %j leads to no other server', async (wanted) => {
  const browser = app.browser();
  const page = await browser.get(`/auth/sign-in?return_to=${encodeURIComponent(wanted)}`);
  const target = /name="return_to" value="([^"]*)"/.exec(page.text)?.[1] ?? '';
  expect(new URL(target, app.origin).origin).toBe(app.origin);
  expect(target).toMatch(/^\/(auth\/account$|%0d%0a)/);
});

test('unknown login, wrong password, disabled and locked are answered alike', async () => {
  await addUser(app, 'known');
  await addUser(app, 'disabled');
  await app.users.db.query({ text: `update account set is_disabled = true where login = 'disabled'`, values: [] });
  for (let round = 0; round < 5; round += 1) await signIn(app.browser(), 'locked-before', 'x');
  const answers = [];
  for (const login of ['known', 'nobody', 'disabled', 'locked-before']) {
    answers.push(await signIn(app.browser(), login, login === 'known' ? 'wrong' : PASSWORD));
  }
  const plain = answers.map(({ status, text }) => ({
    status,
    text: text.replace(/name="(csrf|login)"([^>]*)value="[^"]*"/g, 'name="$1"$2'),
  }));
  expect(plain.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  expect(new Set(plain.map(({ text }) => text)).size).toBe(1);
});

test('known and unknown logins cost the same work: one hash each, and as many statements', async () => {
  const { users } = app;
  await addUser(app, 'worked');
  let hashes = 0;
  let statements = 0;
  const counted = {
    ...users,
    hasher: {
      ...users.hasher,
      verify: (...given: Parameters<typeof users.hasher.verify>) => ((hashes += 1), users.hasher.verify(...given)),
    },
    db: {
      ...users.db,
      query: <R>(statement: Parameters<typeof users.db.query>[0]) => ((statements += 1), users.db.query<R>(statement)),
    },
  };
  const { checkPassword } = await import('../../server/auth/users/check-password.ts');
  const from = { ip: undefined, userAgent: undefined };
  const work: number[][] = [];
  for (const login of ['worked', 'not-there', 'disabled']) {
    hashes = statements = 0;
    await checkPassword(counted, login, 'wrong', from);
    work.push([hashes, statements]);
  }
  expect(work).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
});

test('50 parallel guesses get exactly 5 tries, and no 503', async () => {
  await addUser(app, 'guessed');
  const browsers = Array.from({ length: 50 }, () => app.browser());
  await Promise.all(browsers.map((browser) => browser.get('/auth/sign-in')));
  app.events.length = 0;
  const answers = await Promise.all(
    browsers.map((browser) => browser.submit('/auth/sign-in', { login: 'guessed', password: 'wrong guess' })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
  const details = app.events.filter(({ kind }) => kind === 'sign-in').map(({ detail }) => detail);
  expect(details.filter((detail) => detail === 'password refused')).toHaveLength(5);
  expect(details.filter((detail) => detail === 'password refused: locked')).toHaveLength(45);
  expect(app.events.filter(({ kind }) => kind === 'locked')).toHaveLength(1);
  expect((await signIn(app.browser(), 'guessed')).status).toBe(403);
});

test('a lock lasts 15 minutes, then twice as long, up to a day; a success forgets it', async () => {
  const { db } = app.users;
  const tried = { kind: 'password', loginKey: 'doubling' } as const;
  let now = 1_000_000_000_000;
  const lock = async (): Promise<void> => {
    const turns = [];
    for (let count = 0; count < 6; count += 1) turns.push(await takeTurn(db, tried, now));
    expect(turns).toEqual(['open', 'open', 'open', 'open', 'last', 'refused']);
  };
  for (const minutes of [15, 30, 60, 120, 240, 480, 960, 1440, 1440]) {
    await lock();
    now += minutes * MINUTE - 1;
    expect(await takeTurn(db, tried, now)).toBe('refused');
    now += 1;
  }
});

test('failures count within 15 minutes, wherever the window is laid', async () => {
  const { db } = app.users;
  const tried = { kind: 'password', loginKey: 'window' } as const;
  const start = 1_000_000_000_000;
  const at = (minutes: number): Promise<string> => takeTurn(db, tried, start + minutes * MINUTE);
  expect([await at(0), await at(14), await at(14.5), await at(14.9)]).toEqual(['open', 'open', 'open', 'open']);
  // The first one is too old by now.
  expect(await at(15.1)).toBe('open');
  expect(await at(15.2)).toBe('last');
});

test('after a lock has run out the right password is taken', async () => {
  await addUser(app, 'patient-one');
  for (let round = 0; round < 5; round += 1) await signIn(app.browser(), 'patient-one', 'wrong');
  expect((await signIn(app.browser(), 'patient-one')).status).toBe(403);
  const before = app.clock.now;
  app.clock.now += 15 * MINUTE;
  expect((await signIn(app.browser(), 'patient-one')).status).toBe(200);
  app.clock.now = before;
});

test('a hash that was made with less work is made anew at sign-in', async () => {
  const { hash } = await import('@node-rs/argon2');
  await addUser(app, 'old-hash');
  const weak = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
  await app.users.db.query({ text: `update account set password_hash = $1 where login = 'old-hash'`, values: [weak] });
  expect((await signIn(app.browser(), 'old-hash')).status).toBe(200);
  const [row] = await app.users.db.query<{ hash: string }>({
    text: `select password_hash as hash from account where login = 'old-hash'`,
    values: [],
  });
  expect(row?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect((await signIn(app.browser(), 'old-hash')).status).toBe(200);
});
