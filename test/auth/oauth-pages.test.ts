import { authorizeUrl, agree, returned } from './oauth-steps.ts';
import { fieldValues } from './oauth-browser.ts';
import { openOAuthServer, type OAuthServer } from './oauth-server.ts';

let server: OAuthServer;
let client: string;
beforeAll(async () => {
  server = await openOAuthServer();
  ({ id: client } = (await server.client({ name: '<img src=x onerror=alert(1)>' })).client);
});
afterAll(async () => {
  await server.close();
  expect(server.errors).toEqual([]);
});

const ALLOW = [
  ['decision', 'allow'],
  ['scope', 'patient/*.rs'],
] as const;

describe('the consent page', () => {
  test('has no scripts, may not be framed, and is kept nowhere', async () => {
    const page = await server.browserOf('patient').open(authorizeUrl(server, client, { prompt: 'consent' }));
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).toContain(`frame-ancestors 'none'`);
    expect(policy).not.toContain('script-src');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.text).not.toMatch(/<script|<img|<[^>]+\s(style|on\w+)=/i);
    expect(page.text).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });

  test('labels every box', async () => {
    const scope = 'openid launch/patient patient/*.rs patient/Condition.rs offline_access';
    const { text } = await server.browserOf('patient').open(authorizeUrl(server, client, { scope, prompt: 'consent' }));
    const ids = [...text.matchAll(/type="checkbox"\s+id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBe(8);
    for (const id of ids) expect(text).toContain(`<label for="${id ?? ''}">`);
    expect(text).toContain('<html lang="en">');
    expect(text).toContain('<main id="main"');
  });

  test.each<[string, (csrf: string) => [string, Record<string, string>]]>([
    ['without its token', () => ['', {}]],
    ['with another token', () => ['x'.repeat(32), {}]],
    ['from another site', (csrf) => [csrf, { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }]],
    ['from a site beside it', (csrf) => [csrf, { Origin: 'http://localhost:1', 'Sec-Fetch-Site': 'same-site' }]],
    ['from nowhere', (csrf) => [csrf, { Origin: 'null' }]],
    ['from what says nothing of itself', (csrf) => [csrf, { 'X-Nothing': '1' }]],
  ])('takes no form %s', async (_name, make) => {
    const browser = server.browserOf('patient');
    const page = await browser.open(authorizeUrl(server, client, { prompt: 'consent' }));
    const [token, headers] = make(fieldValues(page.text, 'csrf')[0] ?? '');
    const sent = Object.keys(headers).length > 0 ? headers : { Origin: server.origin };
    const answer = await browser.submit(page.url, [['csrf', token], ...ALLOW], sent);
    expect(answer.status).toBe(403);
    expect(new URL(answer.url).origin).toBe(server.origin);
  });

  test('of one browser says nothing in another one', async () => {
    const page = await server.browserOf('patient').open(authorizeUrl(server, client, { prompt: 'consent' }));
    const other = server.browserOf('physician');
    expect((await other.open(page.url)).status).toBe(400);
    const [csrf = ''] = fieldValues(page.text, 'csrf');
    expect((await other.submit(page.url, [['csrf', csrf], ...ALLOW])).status).toBe(400);
  });

  test('is asked of who is signed in now: a choice of somebody before counts for nothing', async () => {
    const browser = server.browserOf('physician');
    const picker = await browser.open(authorizeUrl(server, client, { prompt: 'consent' }));
    const [csrf = ''] = fieldValues(picker.text, 'csrf');
    const consent = await browser.submit(picker.url, [
      ['csrf', csrf],
      ['patient', 'p2'],
    ]);
    expect(consent.text).toContain('Bob Example');
    browser.cookies.set('who', server.browserOf('administrator').cookies.get('who') ?? '');
    const again = await browser.open(consent.url);
    expect(fieldValues(again.text, 'patient')).toEqual(['p1', 'p2']);
  });

  test('is answered once', async () => {
    const browser = server.browserOf('patient');
    const page = await browser.open(authorizeUrl(server, client, { prompt: 'consent' }));
    const cookies = new Map(browser.cookies);
    expect(returned(await agree(browser, page))).toHaveProperty('code');
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    expect((await browser.open(page.url)).status).toBe(400);
  });

  test.each([
    ['a form that is too large', 'x'.repeat(70_000), 413],
    ['a form of too many fields', Array.from({ length: 2001 }, (_each, index) => `f${index}=1`).join('&'), 413],
    ['a form in an odd coding', '%E0%A4%A', 403],
  ])('%s is refused', async (_name, body, status) => {
    const browser = server.browserOf('patient');
    const page = await browser.open(authorizeUrl(server, client, { prompt: 'consent' }));
    const response = await fetch(page.url, {
      method: 'POST',
      headers: {
        Origin: server.origin,
        'Content-Type': 'application/x-www-form-urlencoded',
        Cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      body,
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-security-policy')).toContain(`default-src 'none'`);
  });
});
