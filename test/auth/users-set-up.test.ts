import { setUpLink } from '../../server/auth/users/set-up.ts';
import { hiddenField, type Browser, type Shown } from './browser.ts';
import { recoveryCodesOf, TotpApp } from './totp-app.ts';
import { MINUTE, openUsersApp, PASSWORD, signIn, type UsersApp } from './users-app.ts';

let app: UsersApp;

beforeEach(async () => {
  app = await openUsersApp({ secondFactor: 'staff' });
});

afterEach(() => app.close());

async function open(path: string): Promise<{ browser: Browser; page: Shown; fields: Record<string, string> }> {
  const browser = app.browser();
  const page = await browser.get(path);
  const code = new TotpApp(page).code(app.clock.now);
  const fields = {
    login: 'Admin@clinic.example',
    given: 'Ada',
    family: 'Min',
    'new-password': PASSWORD,
    repeated: PASSWORD,
    ticket: hiddenField(page, 'ticket'),
    code,
  };
  return { browser, page, fields };
}

test('the first start’s link makes an administrator with a second factor, once', async () => {
  const path = new URL((await setUpLink(app.users)) ?? '').pathname;
  const { browser, fields } = await open(path);
  const done = await browser.submit(path, fields);
  expect(done.status).toBe(200);
  expect(recoveryCodesOf(done)).toHaveLength(10);
  expect((await browser.submit(path, fields)).status).toBe(410);
  expect(await setUpLink(app.users)).toBeUndefined();

  const other = app.browser();
  expect((await signIn(other, 'admin@clinic.example')).location).toMatch(/^\/auth\/second-factor\?/);
  await other.get('/auth/second-factor');
  await other.submit('/auth/second-factor', { code: recoveryCodesOf(done)[0] ?? '' });
  const cookie = `athanor-session=${other.cookies.get('athanor-session') ?? ''}`;
  const session = await app.signIn.sessionOf({ headers: { cookie } } as never);
  expect(session?.membership).toMatchObject({ tenant: 1, roles: ['administrator'] });
});

test('what is entered wrongly is told, and the link still works then', async () => {
  const path = new URL((await setUpLink(app.users)) ?? '').pathname;
  const { browser, fields } = await open(path);
  for (const wrong of [
    { code: '000000' },
    { 'new-password': 'password', repeated: 'password' },
    { repeated: 'another one' },
    { login: '' },
    { given: '' },
    { ticket: '' },
  ]) {
    expect((await browser.submit(path, { ...fields, ...wrong })).status).toBe(400);
  }
  expect((await browser.submit(path, fields)).status).toBe(200);
});

test('10 parallel uses make one administrator and one Practitioner', async () => {
  const path = new URL((await setUpLink(app.users)) ?? '').pathname;
  const forms = [];
  for (let count = 0; count < 10; count += 1) forms.push(await open(path));
  const answers = await Promise.all(
    forms.map(({ browser, fields }, index) => browser.submit(path, { ...fields, login: `admin-${index}` })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(410)]);
  const [count] = await app.users.db.query<{ accounts: number; resources: number }>({
    text: `select (select count(*)::integer from account) as accounts, (select count(*)::integer from resource) as resources`,
    values: [],
  });
  // The Practitioner and their role.
  expect(count).toEqual({ accounts: 1, resources: 2 });
});

test('a newer link voids the older one; a link ends after a day', async () => {
  const first = new URL((await setUpLink(app.users)) ?? '').pathname;
  const second = new URL((await setUpLink(app.users)) ?? '').pathname;
  expect((await app.browser().get(first)).status).toBe(410);
  expect((await app.browser().get(second)).status).toBe(200);
  app.clock.now += 24 * 60 * MINUTE;
  expect((await app.browser().get(second)).status).toBe(410);
});
