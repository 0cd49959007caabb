import { addUser, openUsersApp, PASSWORD, signIn, type UsersApp } from './users-app.ts';
import { LINES } from '../../server/auth/pages/lines.ts';

let app: UsersApp;

beforeAll(async () => {
  app = await openUsersApp();
  await addUser(app, 'form');
});

afterAll(() => app.close());

const POSTS = LINES.filter(({ post }) => post !== undefined).map(({ path }) => path.replace(':id', 'some-id'));

describe.each(POSTS)('POST /auth%s', (path) => {
  const type = path.startsWith('/passkey/') ? 'application/json' : 'application/x-www-form-urlencoded';
  const bodyWith = (csrf: string | undefined): string =>
    type === 'application/json'
      ? JSON.stringify({ csrf })
      : new URLSearchParams(csrf === undefined ? {} : { csrf }).toString();

  async function signedIn(): Promise<{ cookie: string; csrf: string }> {
    const browser = app.browser();
    await signIn(browser, 'form');
    const csrf = /name="csrf" value="([^"]*)"/.exec((await browser.get('/auth/account')).text)?.[1] ?? '';
    return { cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '), csrf };
  }

  test('is refused from another page, without its token, and with a wrong one', async () => {
    const { cookie, csrf } = await signedIn();
    const post = async (token: string | undefined, headers: Record<string, string>): Promise<string> => {
      const init = {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie, 'content-type': type, ...headers },
      } as const;
      const response = await fetch(`${app.origin}/auth${path}`, { ...init, body: bodyWith(token) });
      const isRefused = response.status === 403 && (await response.text()).includes('Not accepted');
      return isRefused ? 'refused' : `read, ${response.status === 500 ? 'and failed' : 'and answered'}`;
    };
    const own = { origin: app.origin };
    const wrong: readonly [string | undefined, Record<string, string>][] = [
      [csrf, { origin: 'https://evil.example' }],
      [csrf, { origin: 'null' }],
      [csrf, {}],
      [csrf, { ...own, 'sec-fetch-site': 'cross-site' }],
      [csrf, { ...own, 'sec-fetch-site': 'same-site' }],
      [undefined, own],
      ['x'.repeat(43), own],
    ];
    for (const [token, headers] of wrong) expect(await post(token, headers)).toBe('refused');
    expect(await post(csrf, own)).toBe('read, and answered');
  });
});

test('the token of one browser is worth nothing in another', async () => {
  const [one, two] = [app.browser(), app.browser()];
  const page = await one.get('/auth/sign-in');
  await two.get('/auth/sign-in');
  const csrf = /name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? '';
  expect((await two.submit('/auth/sign-in', { login: 'form', password: PASSWORD, csrf })).status).toBe(403);
  expect((await one.submit('/auth/sign-in', { login: 'form', password: PASSWORD, csrf })).status).toBe(200);
});

test('pages are nobody else’s to frame, script or keep', async () => {
  const page = await app.browser().get('/auth/sign-in');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy.split('; ')).toEqual([
    `default-src 'none'`,
    `style-src 'self'`,
    `script-src 'self'`,
    `connect-src 'self'`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ]);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.text).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style="/);
  const cookies = page.headers.getSetCookie();
  expect(cookies).toEqual([expect.stringMatching(/^athanor-form=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)]);
});

test('every input has its label, and what is wrong is tied to its field', async () => {
  const browser = app.browser();
  await signIn(browser, 'form');
  await browser.get('/auth/password');
  const page = await browser.submit('/auth/password', {
    password: PASSWORD,
    'new-password': 'short',
    repeated: 'short',
  });
  expect(page.text).toContain('<html lang="en">');
  const inputs = [...page.text.matchAll(/<input\s+id="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(inputs.length).toBeGreaterThan(2);
  for (const id of inputs) expect(page.text).toContain(`<label for="${id}">`);
  expect(page.text).toMatch(/id="new-password-error"/);
  expect(page.text).toMatch(/aria-describedby="new-password-hint new-password-error"/);
  // Nothing that was entered as a password comes back.
  expect(page.text).not.toContain(PASSWORD);
});

test.each([
  ['a body that is too large', 'x='.padEnd(20_000, 'y'), 413],
  ['too many fields', 'a=1&'.repeat(50), 413],
  ['a login of an array', 'login=a&login=b&password=c', 403],
  ['a field named as a property of objects', '__proto__=1&constructor=2&login=x', 403],
])('%s is refused', async (_name, body, status) => {
  const browser = app.browser();
  const page = await browser.get('/auth/sign-in');
  const csrf = /name="csrf" value="([^"]*)"/.exec(page.text)?.[1] ?? '';
  const response = await fetch(`${app.origin}/auth/sign-in`, {
    method: 'POST',
    headers: {
      origin: app.origin,
      'content-type': 'application/x-www-form-urlencoded',
      cookie: `athanor-form=${browser.cookies.get('athanor-form') ?? ''}`,
    },
    body: `csrf=${csrf}&${body}`,
  });
  expect(response.status).toBe(status);
});

test.each([
  ['GET', '/sso/%00'],
  ['GET', '/sso/%00/callback'],
  ['GET', '/reset/%00'],
  ['GET', '/invitation/%ff'],
  ['GET', `/set-up/${'x'.repeat(5000)}`],
  ['POST', '/account/session/%00/end'],
  ['POST', '/account/passkey/%00/remove'],
  ['POST', '/reset/%E0%A4%A'],
])('%s %s is refused, not a failure', async (method, path) => {
  const browser = app.browser();
  await signIn(browser, 'form');
  await browser.get('/auth/account');
  const answer = method === 'GET' ? await browser.get(`/auth${path}`) : await browser.submit(`/auth${path}`);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
});

test.each([
  ['NUL', '\u0000'],
  ['NUL within', 'a\u0000b'],
  ['half a character', '\ud800'],
  ['a control of direction', '\u202e'],
  ['7,000 letters', 'a'.repeat(7000)],
  ['SQL', "' or 1=1 --"],
])('a login of %s is answered like any other', async (_name, login) => {
  const browser = app.browser();
  expect((await signIn(browser, login, login)).status).toBe(403);
  await browser.get('/auth/sign-in');
  expect((await browser.submit('/auth/reset', { login })).status).toBe(200);
});

test('what people enter is text on the page', async () => {
  const browser = app.browser();
  await browser.get('/auth/sign-in');
  const page = await browser.submit('/auth/sign-in', { login: '"><script>alert(1)</script>', password: 'x' });
  expect(page.text).not.toContain('<script>alert');
  expect(page.text).toContain('&quot;&gt;&lt;script&gt;alert(1)');
});
