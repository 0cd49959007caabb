import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { until } from '../../test/harness/eventually.ts';
import { freePort } from '../../test/harness/free-port.ts';
import { framed } from '../../test/hl7/wire/raw-link.ts';
import { MllpClient, type MllpClientOptions } from './mllp-client.ts';

let server: Server;
let sockets: Socket[] = [];
let client: MllpClient;
/** What the peer does with each chunk. */
let answer: (socket: Socket, text: string) => void;

beforeEach(async () => {
  sockets = [];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => answer(socket, chunk.toString('latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  client.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

function open(options: Partial<MllpClientOptions> = {}): MllpClient {
  client = new MllpClient({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ...options });
  return client;
}

/** Replies are `re` and the message. */
async function send(text: string): Promise<string> {
  const reply = await client.send(Buffer.from(text), (frame) => Buffer.from(frame).toString() === `re ${text}`);
  return Buffer.from(reply).toString();
}

const textOf = (frame: string) => frame.replaceAll(/[\v\x1c\r]/g, '');
const reply = (socket: Socket, text: string) => socket.write(framed(`re ${textOf(text)}`), 'latin1');

test('one message after the other over one connection, however many are given at once', async () => {
  const seen: string[] = [];
  answer = (socket, text) => {
    seen.push(textOf(text));
    setTimeout(() => reply(socket, text), 5);
  };
  open();
  expect(await Promise.all(['a', 'b', 'c'].map(send))).toEqual(['re a', 're b', 're c']);
  expect([seen, sockets.length]).toEqual([['a', 'b', 'c'], 1]);
});

test('a reply in pieces, with a reply to something else before it', async () => {
  answer = (socket, text) => {
    socket.write(`noise${framed('re old')}\vre `, 'latin1');
    setTimeout(() => socket.write(`${textOf(text)}\x1c\r`, 'latin1'), 5);
  };
  open();
  expect(await send('a')).toBe('re a');
});

test('a late reply answers nothing: the connection is closed, the next message opens another', async () => {
  answer = () => undefined;
  open({ replyTime: 50 });
  await expect(send('a')).rejects.toMatchObject({ kind: 'timeout', maybeDelivered: true });
  answer = reply;
  expect(await send('b')).toBe('re b');
  expect(sockets).toHaveLength(2);
  await until(() => sockets[0]?.destroyed === true);
});

test('a connection that the peer closed is opened again', async () => {
  answer = (socket, text) => {
    reply(socket, text);
    socket.end();
  };
  open();
  expect(await send('a')).toBe('re a');
  await until(() => sockets[0]?.destroyed === true);
  expect(await send('b')).toBe('re b');
  expect(sockets).toHaveLength(2);
});

test('a peer that closes instead of answering may have taken the message', async () => {
  answer = (socket) => socket.destroy();
  open();
  await expect(send('a')).rejects.toMatchObject({ kind: 'closed', maybeDelivered: true });
});

test('a reply that ends with FS and the connection', async () => {
  answer = (socket, text) => socket.end(`\vre ${textOf(text)}\x1c`, 'latin1');
  open();
  expect(await send('a')).toBe('re a');
});

test('nobody listens', async () => {
  open({ port: await freePort() });
  await expect(send('a')).rejects.toMatchObject({ kind: 'connect', maybeDelivered: false });
});

test('a message that has no place in a frame is not sent', async () => {
  open();
  await expect(send('a\x1c\rb')).rejects.toMatchObject({ kind: 'frame', maybeDelivered: false });
  expect(sockets).toHaveLength(0);
});

test('a reply beyond the limit', async () => {
  answer = (socket) => void socket.write(`\v${'x'.repeat(2000)}`);
  open({ maxFrame: 1000 });
  await expect(send('a')).rejects.toMatchObject({ kind: 'frame', maybeDelivered: true });
});

test('what nobody asked for is handed on, and answered', async () => {
  const unasked: string[] = [];
  const seen: string[] = [];
  answer = (socket, text) => {
    seen.push(textOf(text));
    if (textOf(text) === 'a') socket.write(framed('re a', 'application reply'), 'latin1');
  };
  open({
    onUnasked: async (frame) => {
      unasked.push(Buffer.from(frame).toString());
      return Buffer.from('commit');
    },
  });
  expect(await send('a')).toBe('re a');
  await until(() => seen.length === 2);
  expect([unasked, seen]).toEqual([['application reply'], ['a', 'commit']]);
});

test('closing tells who waits', async () => {
  answer = () => undefined;
  open();
  const sent = [send('a'), send('b')].map((promise) => promise.catch((error: unknown) => error));
  await until(() => sockets.length === 1);
  client.close();
  expect(await Promise.all(sent)).toMatchObject([{ kind: 'closed' }, { kind: 'closed', maybeDelivered: false }]);
});
