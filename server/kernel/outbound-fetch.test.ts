import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { outboundFetch, outboundStatus } from './outbound-fetch.ts';

const LIMITED = { allowPrivate: true, maxBytes: 100, timeout: 300 };

const ANSWERS: Readonly<Record<string, RequestListener>> = {
  '/short': (_, response) => response.writeHead(202).end('x'.repeat(100)),
  '/none': (_, response) => response.writeHead(204).end(),
  '/refusal': (_, response) => response.writeHead(410).end('gone'),
  '/long': (_, response) => response.end('x'.repeat(101)),
  '/broken': (_, response) => {
    response.writeHead(200, { 'Content-Length': '50' }).write('x');
    setTimeout(() => response.destroy(), 20);
  },
  '/endless': (_, response) => response.writeHead(200).write('x'),
  '/silent': () => undefined,
};

let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => ANSWERS[request.url ?? '']?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe.each([
  ['outboundStatus', outboundStatus],
  ['outboundFetch', async (...args: Parameters<typeof outboundFetch>) => (await outboundFetch(...args)).status],
])('%s', (_, ask) => {
  test.each([
    ['/short', 202],
    ['/none', 204],
    ['/refusal', 410],
  ])('%s is answered %i', async (path, expected) => {
    expect(await ask(base + path, { method: 'POST', body: '{}' }, LIMITED)).toBe(expected);
  });

  test.each([
    ['/long', /more than 100 bytes/],
    ['/broken', /aborted|broke off|terminated/],
    ['/endless', /abort/i],
    ['/silent', /no answer within 300 ms/],
  ])('%s fails', async (path, expected) => {
    await expect(ask(base + path, {}, LIMITED)).rejects.toThrow(expected);
  });
});
