import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { freePort } from '../../test/harness/free-port.ts';
import { createLog } from '../../server/kernel/log.ts';
import { HttpRefusal, onlyMethods } from './http-refusal.ts';
import type { HttpRoute } from './http-route.ts';
import { readBody } from './read-body.ts';
import { sendText } from './send-answer.ts';
import { serveHttp, type GatewayHttp } from './serve-http.ts';
import { isServedName } from './served-names.ts';

const CLINIC = 'https://clinic.example';

const routes: readonly HttpRoute[] = [
  {
    prefix: '/a/',
    async handle({ method }, response, url) {
      onlyMethods(method, 'GET');
      sendText(response, 200, 'text/plain', `a ${url.pathname}`);
    },
  },
  { prefix: '/a/b/', handle: async (_request, response) => sendText(response, 200, 'text/plain', 'longer') },
  {
    prefix: '/body/',
    async handle(request, response) {
      sendText(response, 200, 'text/plain', String((await readBody(request, 10)).length));
    },
  },
  {
    prefix: '/fails/',
    async handle() {
      throw new Error('of patient Example');
    },
  },
  {
    prefix: '/cut/',
    async handle(_request, response) {
      response.write('begin');
      throw new HttpRefusal(404, 'not-found', 'late');
    },
  },
  { prefix: '/waits/', handle: () => new Promise(() => undefined) },
];

let http: GatewayHttp;
let base = '';

beforeAll(async () => {
  http = await serveHttp({
    address: { host: '127.0.0.1', port: await freePort() },
    routes,
    publicUrl: 'https://images.clinic.example',
    origins: [CLINIC],
    log: createLog('silent', 'test'),
    limits: { headerBytes: 4096, closeTime: 300 },
  });
  base = `http://127.0.0.1:${http.port}`;
});
afterAll(() => http.close());

const get = async (
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; headers: Headers; body: string }> => {
  const answer = await fetch(base + path, init);
  return { status: answer.status, headers: answer.headers, body: await answer.text() };
};
const raw = (bytes: string): Promise<string> => {
  const socket = connect(http.port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
};

test('the longest prefix takes a request, with or without its last slash', async () => {
  expect((await get('/a/x?y=1')).body).toBe('a /a/x');
  expect((await get('/a')).body).toBe('a /a');
  expect((await get('/a/b/c')).body).toBe('longer');
  expect((await get('/live')).body).toBe('{"status":"live"}');
});

test.each([
  ['/nothing', {}, 404, 'not-found'],
  ['/live/more', {}, 404, 'not-found'],
  ['/ab', {}, 404, 'not-found'],
  ['/a/', { method: 'DELETE' }, 405, 'not-supported'],
  ['/fails/', {}, 500, 'exception'],
  ['/body/', { method: 'POST', body: 'x'.repeat(11) }, 413, 'too-long'],
])('%s %j is refused with %d', async (path, init, status, code) => {
  const answer = await get(path, init);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toMatchObject({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code }],
  });
  expect(answer.body).not.toContain('Example');
});

test('HEAD is answered without a body, 405 with what there is', async () => {
  const answer = await get('/a/', { method: 'HEAD' });
  expect([answer.status, answer.headers.get('content-length'), answer.body]).toEqual([200, '5', '']);
  expect((await get('/a/', { method: 'PUT' })).headers.get('allow')).toBe('HEAD, GET');
});

test('every answer is safe: not kept, not framed, no program', async () => {
  for (const path of ['/a/', '/nothing', '/fails/']) {
    const { headers } = await get(path);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain(`default-src 'none'`);
  }
});

test('pages of the clinic may read answers, those of others may not', async () => {
  const preflight = { method: 'OPTIONS', headers: { origin: CLINIC, 'access-control-request-method': 'GET' } };
  const allowed = await get('/a/', preflight);
  expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, CLINIC]);
  expect(allowed.headers.get('access-control-allow-headers')).toContain('Authorization');
  const foreign = await get('/a/', { headers: { origin: 'https://evil.example' } });
  expect([foreign.headers.get('access-control-allow-origin'), foreign.headers.get('vary')]).toEqual([null, 'Origin']);
});

test('an answer that fails on its way is cut', async () => {
  await expect(get('/cut/')).rejects.toThrow();
});

test.each([
  ['evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['evil.example:2580', false],
  ['images.clinic.example', true],
  ['127.0.0.1:2580', true],
  ['[::1]:2580', true],
  ['localhost', true],
  ['gateway:2580', true],
  ['', false],
  ['a/b', false],
  ['user@evil.example', false],
  [undefined, false],
])('Host %s: served %s', (host, isServed) => {
  expect(isServedName(host, 'images.clinic.example')).toBe(isServed);
});

test.each([
  ['GET /a/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 421],
  ['GET //a/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
  ['GET http://evil.example/a/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
  ['OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 204],
  ['nonsense\r\n\r\n', 400],
  [`GET /a/ HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(5000)}\r\n\r\n`, 431],
])('%.60j is answered %d', async (bytes, status) => {
  expect(await raw(bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

test('it closes though a request never ends', async () => {
  const other = await serveHttp({
    address: { host: '127.0.0.1', port: await freePort() },
    routes,
    origins: [],
    log: createLog('silent', 'test'),
    limits: { closeTime: 100 },
  });
  const waiting = fetch(`http://127.0.0.1:${other.port}/waits/`).catch(() => 'cut');
  await fetch(`http://127.0.0.1:${other.port}/live`);
  await other.close();
  expect(await waiting).toBe('cut');
});
