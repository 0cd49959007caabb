import { createServer, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { outboundFetch, type OutboundRules } from '../../server/kernel/outbound-fetch.ts';

let server: Server;
let port: number;
let connections = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/redirect') {
      response.writeHead(302, { Location: 'http://169.254.169.254/latest/meta-data/' }).end();
    } else if (request.url === '/large') response.end('x'.repeat(5000));
    else if (request.url === '/silent') return;
    else if (request.url === '/nothing') response.writeHead(204).end();
    else response.setHeader('Cache-Control', 'max-age=3').end(`${request.method ?? ''} ${request.url ?? ''}`);
  });
  server.on('connection', () => (connections += 1));
  // All addresses of this machine, so that every spelling of one of them would arrive.
  await new Promise<void>((resolve) => server.listen(0, '::', resolve));
  ({ port } = server.address() as AddressInfo);
});

beforeEach(() => (connections = 0));

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const here = (path = '/'): string => `http://127.0.0.1:${port}${path}`;
const mine = (): OutboundRules => ({ allowPrivate: true, allowedOrigins: [here()] });

/** Answers every name with these addresses. */
function resolver(...addresses: string[]): LookupFunction {
  return (_name, options, callback) => {
    const answers = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all === true) callback(null, answers);
    else callback(null, answers[0]?.address ?? '', answers[0]?.family);
  };
}

test.each([
  'localhost',
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0.0.0.0',
  '１２７.0.0.1',
  '127。0。0。1',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[fe80::1]',
  '[fd00:ec2::254]',
  '169.254.169.254',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '100.64.0.1',
])('an address inside, spelled %s, is not asked', async (host) => {
  await expect(outboundFetch(`https://${host}:${port}/`, {}, { timeout: 2000 })).rejects.toMatchObject({
    code: 'outbound.refused',
  });
  expect(connections).toBe(0);
});

test.each(['localhost.', '[::127.0.0.1]'])('what %s stands for in places is not reached either', async (host) => {
  await expect(outboundFetch(`https://${host}:${port}/`, {}, { timeout: 2000 })).rejects.toThrow();
  expect(connections).toBe(0);
});

test.each([
  ['one address inside', ['127.0.0.1']],
  ['an address inside behind a public one', ['8.8.8.8', '127.0.0.1']],
  ['a mapped address', ['::ffff:127.0.0.1']],
])('a public name with %s is not asked', async (_name, addresses) => {
  const fetching = outboundFetch(`https://rebind.example:${port}/`, {}, { lookup: resolver(...addresses) });
  await expect(fetching).rejects.toMatchObject({ code: 'outbound.refused' });
  expect(connections).toBe(0);
});

test('the name is looked up once: the address that was checked is the one that is asked', async () => {
  let lookups = 0;
  const first = resolver('127.0.0.1');
  const lookup: LookupFunction = (name, options, callback) => {
    lookups += 1;
    first(name, options, callback);
  };
  const origin = `http://once.example:${port}`;
  const response = await outboundFetch(`${origin}/a`, {}, { allowPrivate: true, allowedOrigins: [origin], lookup });
  expect(await response.text()).toBe('GET /a');
  expect(lookups).toBe(1);
});

test.each([
  (origin: string) => `${origin}.evil.example/`,
  (origin: string) => origin.replace('127.0.0.1', '127.0.0.1@evil.example'),
  (origin: string) => `https://evil.example/?${origin}`,
  (origin: string) => `https://evil.example#${origin}`,
  (origin: string) => origin.replace('http:', 'https:'),
  (origin: string) => `${origin}0`,
])('what only looks like an allowed origin is not asked (%#)', async (spoil) => {
  await expect(outboundFetch(spoil(`http://127.0.0.1:${port}`), {}, mine())).rejects.toMatchObject({
    code: 'outbound.refused',
  });
  expect(connections).toBe(0);
});

test.each([
  '/relative',
  'file:///etc/passwd',
  'gopher://x/',
  'data:,x',
  'http://example.org/',
  'https://u:p@example.org/',
])('%s is not fetched', async (url) => {
  await expect(outboundFetch(url, {})).rejects.toMatchObject({ code: 'outbound.refused' });
});

test('what the operator allowed is asked, on any address', async () => {
  const response = await outboundFetch(here('/a?b'), { method: 'POST', body: 'x' }, mine());
  expect([response.status, response.headers.get('cache-control'), await response.text()]).toEqual([
    200,
    'max-age=3',
    'POST /a?b',
  ]);
  expect((await outboundFetch(here('/nothing'), {}, mine())).status).toBe(204);
});

test('a redirect is an answer and is not followed', async () => {
  const response = await outboundFetch(here('/redirect'), {}, mine());
  expect([response.status, response.headers.get('location')]).toEqual([
    302,
    'http://169.254.169.254/latest/meta-data/',
  ]);
});

test('an answer that is too large or too late is given up', async () => {
  await expect(outboundFetch(here('/large'), {}, { ...mine(), maxBytes: 4999 })).rejects.toThrow(
    'more than 4999 bytes',
  );
  await expect(outboundFetch(here('/silent'), {}, { ...mine(), timeout: 100 })).rejects.toThrow();
});
