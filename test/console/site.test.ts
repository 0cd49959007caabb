import { readClient } from '../../server/auth/oauth/clients/client-store.ts';
import { registerOwnApps } from '../../server/auth/oauth/clients/own-apps.ts';
import { openClinicServer, type ClinicServer } from '../harness/clinic-server.ts';
import { buildSites } from './site.ts';

let server: ClinicServer;
beforeAll(async () => {
  buildSites();
  server = await openClinicServer({ MODULES: 'all' });
}, 60_000);
afterAll(() => server.close());

const get = (path: string, method = 'GET'): Promise<Response> =>
  fetch(server.origin + path, { method, redirect: 'manual' });

test.each(['/console/', '/console/chart/1', '/console/prescribe/a/b'])('%s is the first page', async (path) => {
  const answer = await get(path);
  expect([answer.status, answer.headers.get('Content-Type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await answer.text()).toContain('<div id="console">');
});

test('the pages run their own scripts, and nothing else of anybody', async () => {
  const { headers } = await get('/console/');
  const policy = headers.get('Content-Security-Policy') ?? '';
  expect(policy.split('; ')).toEqual(
    expect.arrayContaining([`default-src 'none'`, `script-src 'self'`, `connect-src 'self'`, `frame-ancestors 'none'`]),
  );
  expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
});

test('the document holds no script and no style of its own', async () => {
  const text = await (await get('/console/')).text();
  expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
});

test('files with a hash in their names are kept, the first page is asked for each time', async () => {
  const first = await get('/console/');
  expect(first.headers.get('Cache-Control')).toBe('no-cache');
  const [, script = ''] = /src="([^"]+)"/.exec(await first.text()) ?? [];
  const answer = await get(script);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
  expect(answer.headers.get('Content-Type')).toMatch(/javascript/);
});

test.each([
  ['/console', 308],
  ['/console/assets/nothing-AAAAAAAA.js', 404],
  ['/console/..%2f..%2fpackage.json', 404],
  ['/console/%2e%2e/%2e%2e/package.json', 404],
])('%s: %i', async (path, status) => {
  expect((await get(path)).status).toBe(status);
});

test('nothing can be sent to it', async () => {
  expect((await get('/console/', 'POST')).status).toBe(404);
});

test('it is a public client of the server, wherever the server is', async () => {
  const { db } = server.engine;
  const registered = async (): Promise<unknown> => (await readClient(db, 'console'))?.client;
  expect(await registered()).toMatchObject({
    auth: 'none',
    redirectUris: [`${server.origin}/console/`],
    scopes: ['openid', 'fhirUser', 'online_access', 'user/*.cruds'],
    roles: [],
  });
  await registerOwnApps(db, 'https://moved.example', [{ name: 'console', title: 'Console' }]);
  expect(await registered()).toMatchObject({ name: 'Console', redirectUris: ['https://moved.example/console/'] });
});
