import { readNetworks } from '../../server/kernel/networks.ts';
import { APP_ORIGIN, openGuardedServer, type GuardedServer } from './guarded-server.ts';
import { exchange, statuses } from './raw-http.ts';

let server: GuardedServer;
let authorization: string;

beforeAll(async () => {
  server = await openGuardedServer();
  authorization = `Bearer ${server.key}`;
  await fetch(`${server.base}/Patient/1`, {
    method: 'PUT',
    headers: { authorization, 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Patient', id: '1' }),
  });
});

afterAll(() => server.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(path.startsWith('/') ? `http://127.0.0.1:${server.port}${path}` : `${server.base}/${path}`, { headers });

describe('every answer', () => {
  test.each(['metadata', 'Patient/1', 'Patient/2', 'Nonsense', '/', '/live', '/nothing', '/auth/nothing'])(
    'of %s has the security headers',
    async (path) => {
      const { headers } = await get(path, { authorization });
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'content-security-policy': `default-src 'none'; frame-ancestors 'none'; sandbox`,
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers.has('x-powered-by')).toBe(false);
    },
  );

  test('about health data stays in no cache', async () => {
    expect((await get('Patient/1', { authorization })).headers.get('cache-control')).toBe('no-store');
    expect((await get('Patient/1')).headers.get('cache-control')).toBe('no-store');
  });
});

describe('scripts of other origins', () => {
  const preflight = (path: string, origin: string): Promise<Response> =>
    fetch(`${server.base}/${path}`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
    });

  test('read what everybody may read', async () => {
    const { headers } = await get('metadata', { origin: 'https://anywhere.example' });
    expect([headers.get('access-control-allow-origin'), headers.get('access-control-allow-credentials')]).toEqual([
      '*',
      null,
    ]);
    expect((await preflight('metadata', 'https://anywhere.example')).status).toBe(204);
  });

  test('of a registered client read what their token may read', async () => {
    const asked = await preflight('Patient/1', APP_ORIGIN);
    expect(asked.status).toBe(204);
    expect(Object.fromEntries(asked.headers)).toMatchObject({
      'access-control-allow-origin': APP_ORIGIN,
      'access-control-allow-headers': expect.stringContaining('Authorization'),
      vary: 'Origin',
    });
    expect(asked.headers.has('access-control-allow-credentials')).toBe(false);
    const answer = await get('Patient/1', { authorization, origin: APP_ORIGIN });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, APP_ORIGIN]);
    expect(answer.headers.get('access-control-expose-headers')).toContain('ETag');
  });

  test.each([
    'https://evil.example',
    'https://app.example.org.evil.example',
    'http://app.example.org',
    'https://app.example.org:444',
    'null',
    '',
  ])('of %s read nothing else', async (origin) => {
    const asked = await preflight('Patient/1', origin);
    expect(asked.headers.has('access-control-allow-origin')).toBe(false);
    const answer = await get('Patient/1', { authorization, origin });
    expect([answer.headers.has('access-control-allow-origin'), answer.headers.get('vary')]).toEqual([false, 'Origin']);
  });
});

test('a cookie signs nobody in', async () => {
  const { status } = await get('Patient/1', { cookie: `session=${server.key}; athanor-session=${server.key}` });
  expect(status).toBe(401);
});

describe('HTTP as attackers write it', () => {
  const send = (head: string, body = ''): Promise<string> =>
    exchange(server.port, `${head.replaceAll('\n', '\r\n')}\r\n\r\n${body}`, 3000);
  const put = (headers: string, body: string): Promise<string> =>
    send(
      `PUT /fhir/R4/Patient/1 HTTP/1.1\nHost: localhost\nAuthorization: ${authorization}\nContent-Type: application/fhir+json\n${headers}`,
      body,
    );
  const HIDDEN = 'DELETE /fhir/R4/Patient/1 HTTP/1.1\r\nHost: localhost\r\n\r\n';

  test.each([
    ['two lengths', 'Content-Length: 0\nContent-Length: 60', HIDDEN],
    ['a length and chunks', 'Content-Length: 6\nTransfer-Encoding: chunked', `0\r\n\r\n${HIDDEN}`],
    ['chunks that are not last', 'Transfer-Encoding: chunked, identity', `0\r\n\r\n${HIDDEN}`],
    ['an unknown encoding', 'Transfer-Encoding: xchunked', `0\r\n\r\n${HIDDEN}`],
    ['a chunk size with a sign', 'Transfer-Encoding: chunked', `+0\r\n\r\n${HIDDEN}`],
    ['a folded header', 'Transfer-Encoding:\n chunked', `0\r\n\r\n${HIDDEN}`],
    ['a space before the colon', 'Transfer-Encoding : chunked', `0\r\n\r\n${HIDDEN}`],
    ['a negative length', 'Content-Length: -1', HIDDEN],
    ['a hexadecimal length', 'Content-Length: 0x10', HIDDEN],
  ])('%s: refused, and what follows is no request', async (_name, headers, body) => {
    expect(statuses(await put(headers, body))).toEqual([400]);
    expect((await get('Patient/1', { authorization })).status).toBe(200);
  });

  test('two Host headers are refused', async () => {
    const text = await send('GET /fhir/R4/metadata HTTP/1.1\nHost: localhost\nHost: evil.example\nConnection: close');
    expect(statuses(text)).not.toContain(500);
    expect(text).not.toContain('evil.example');
  });

  test.each([
    'evil.example',
    'localhost:80@evil.example',
    'localhost/evil',
    '"><script>',
    '',
    '127.0.0.1 evil.example',
  ])('links never follow the Host %s', async (host) => {
    const text = await send(
      `GET /fhir/R4/Patient?_count=1 HTTP/1.1\nHost: ${host}\nX-Forwarded-Host: evil.example\nForwarded: host=evil.example\nX-Forwarded-Proto: https\nAuthorization: ${authorization}\nConnection: close`,
    );
    expect(statuses(text)[0]).toBeLessThan(500);
    expect(text).not.toMatch(/evil|<script>/);
  });

  test.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', '_method'])(
    '%s changes no method',
    async (header) => {
      const answer = await get('Patient/1?_method=DELETE', { authorization, [header]: 'DELETE' });
      expect([200, 400]).toContain(answer.status);
      expect((await get('Patient/1', { authorization })).status).toBe(200);
    },
  );

  test.each(['TRACE', 'CONNECT', 'TRACK', 'PROPFIND', 'get', 'DELETEX'])('%s does nothing', async (method) => {
    const text = await send(
      `${method} /fhir/R4/Patient/1 HTTP/1.1\nHost: localhost\nAuthorization: ${authorization}\nConnection: close`,
    );
    expect(statuses(text).every((status) => status >= 400 && status < 500)).toBe(true);
    expect(text).not.toContain(server.key);
  });

  test.each([
    ['cookies of 100 kB', `Cookie: ${'a=b; '.repeat(20_000)}`, 200],
    ['10,000 cookies of one name', `Cookie: ${'athanor-session=x; '.repeat(10_000)}`, 200],
    ['headers of 300 kB', `X-Large: ${'x'.repeat(300_000)}`, 431],
    ['a header value with bytes of control', 'X-Odd: a\u0001b', 400],
  ])('%s', async (_name, header, status) => {
    const text = await send(
      `GET /fhir/R4/Patient/1 HTTP/1.1\nHost: localhost\nAuthorization: ${authorization}\nConnection: close\n${header}`,
    );
    expect(statuses(text)).toEqual([status]);
  });

  test('a bare line feed in a value of a query splits no header of the answer', async () => {
    const text = await send(
      `GET /fhir/R4/Patient/%0d%0aSet-Cookie:%20a=b HTTP/1.1\nHost: localhost\nX-Request-Id: a%0d%0aX: b\nAuthorization: ${authorization}\nConnection: close`,
    );
    expect(text).not.toMatch(/^(Set-Cookie|X):/im);
  });
});

describe('a server that is closed to the rest of the world', () => {
  test('serves nobody but its networks', async () => {
    const closed = await openGuardedServer({
      shared: server.engine,
      signIn: { allowed: readNetworks('10.0.0.0/8'), trusted: readNetworks('127.0.0.1') },
    });
    try {
      const ask = (path: string, from: string): Promise<Response> =>
        fetch(`http://127.0.0.1:${closed.port}${path}`, { headers: { 'x-forwarded-for': from, authorization } });
      expect((await ask('/fhir/R4/Patient/1', '10.1.2.3')).status).toBe(200);
      for (const path of ['/fhir/R4/Patient/1', '/fhir/R4/metadata', '/', '/auth/sign-in']) {
        const answer = await ask(path, '10.1.2.3, 203.0.113.9');
        expect([answer.status, ((await answer.json()) as { resourceType: string }).resourceType]).toEqual([
          403,
          'OperationOutcome',
        ]);
      }
    } finally {
      await closed.close();
    }
  });

  test('keeps its figures for those inside', async () => {
    const proxied = await openGuardedServer({ shared: server.engine, signIn: { trusted: readNetworks('127.0.0.1') } });
    try {
      const ask = async (from: string): Promise<number> =>
        (await fetch(`http://127.0.0.1:${proxied.port}/metrics`, { headers: { 'x-forwarded-for': from } })).status;
      expect([await ask('10.0.0.1'), await ask('203.0.113.9')]).toEqual([200, 404]);
    } finally {
      await proxied.close();
    }
  });
});
