import { eventually, until } from '../../test/harness/eventually.ts';
import { freePort } from '../../test/harness/free-port.ts';
import { framed, openRawLink, VT, type RawLink } from '../../test/hl7/wire/raw-link.ts';
import type { LinkEvent, MllpLimits, MllpLink, Receive, Refuse } from './mllp-link.ts';
import { serveMllp, type MllpServer } from './serve-mllp.ts';

const servers: MllpServer[] = [];
const peers: RawLink[] = [];
let events: LinkEvent[] = [];
let turnedAway: string[] = [];

async function serve(receive: Receive, limits: Partial<MllpLimits> = {}, refuse?: Refuse): Promise<MllpServer> {
  const server = await serveMllp({
    listeners: [{ host: '127.0.0.1', port: 0 }],
    receive,
    limits,
    onEvent: (event) => void events.push(event),
    onTurnedAway: (why) => void turnedAway.push(why),
    ...(refuse === undefined ? {} : { refuse }),
  });
  servers.push(server);
  return server;
}

async function link(server: MllpServer): Promise<RawLink> {
  const peer = await openRawLink(server.ports[0] ?? 0);
  peers.push(peer);
  return peer;
}

const echo: Receive = async (frame) => frame;
const closings = () => events.filter((event) => event.kind === 'closed').map(({ why }) => why);

/** Messages whose replies are given by hand. */
function byHand() {
  const open: { readonly text: string; readonly reply: (text?: string) => void }[] = [];
  let most = 0;
  let active = 0;
  const receive: Receive = (frame) => {
    active += 1;
    most = Math.max(most, active);
    return new Promise((resolve) => {
      const text = Buffer.from(frame).toString();
      const reply = (answer?: string) => {
        active -= 1;
        resolve(answer === undefined ? undefined : Buffer.from(answer));
      };
      open.push({ text, reply });
    });
  };
  return { receive, open, most: () => most };
}

beforeEach(() => {
  events = [];
  turnedAway = [];
});

afterEach(async () => {
  for (const { socket } of peers.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('messages and replies', () => {
  test('one message at a time, however many come in a chunk; nothing more is read until then', async () => {
    const { receive, open, most } = byHand();
    const peer = await link(await serve(receive));
    peer.write(framed('one', 'two', 'three'));
    for (const [index, text] of ['one', 'two', 'three'].entries()) {
      await until(() => open.length > index);
      expect([open.length, open[index]?.text]).toEqual([index + 1, text]);
      open[index]?.reply(`re ${text}`);
    }
    await peer.receives(framed('re one', 're two', 're three'));
    expect(most()).toBe(1);
  });

  test('with a window several at a time, replies in their order', async () => {
    const { receive, open, most } = byHand();
    const peer = await link(await serve(receive, { window: 2 }));
    peer.write(framed('one', 'two', 'three'));
    await until(() => open.length === 2);
    open[1]?.reply('re two');
    open[0]?.reply();
    await until(() => open.length === 3);
    open[2]?.reply('re three');
    await peer.receives(framed('re two', 're three'));
    expect(most()).toBe(2);
  });

  test('a sender that shuts its side gets its reply', async () => {
    const peer = await link(await serve(echo));
    peer.write(framed('one', 'two'));
    peer.socket.end();
    await peer.receives(framed('one', 'two'));
    await until(() => peer.isClosed());
  });

  test('a sender that ends frames with FS alone gets its reply', async () => {
    const peer = await link(await serve(echo, { endPause: 20 }));
    peer.write(`${VT}one\x1c`);
    await peer.receives(framed('one'));
    peer.write(`\r${VT}two\x1c`);
    await peer.receives(framed('one', 'two'));
  });

  test('what cannot be stored gets no reply, and the link is closed', async () => {
    const peer = await link(await serve(() => Promise.reject(new Error('database'))));
    peer.write(framed('one', 'two'));
    await until(() => peer.isClosed());
    expect(peer.received()).toBe('');
    expect(events).toContainEqual({ kind: 'failed', error: new Error('database') });
    expect(closings()).toEqual(['failed']);
  });

  test('a reply that has no place in a frame is not sent', async () => {
    const peer = await link(await serve(async () => Buffer.from('a\x1c\rb')));
    peer.write(framed('one'));
    await until(() => events.some(({ kind }) => kind === 'reply-lost'));
    expect(peer.received()).toBe('');
  });

  test('an application reply of its own follows what was sent before', async () => {
    let opened: MllpLink | undefined;
    const peer = await link(
      await serve(async (frame, from) => {
        opened = from;
        return frame;
      }),
    );
    peer.write(framed('one'));
    await peer.receives(framed('one'));
    await opened?.send(Buffer.from('later'));
    await peer.receives(framed('one', 'later'));
    expect(opened).toMatchObject({ remoteAddress: '127.0.0.1', localPort: servers[0]?.ports[0] });
    peer.socket.destroy();
    await until(() => closings().length === 1);
    await expect(opened?.send(Buffer.from('too late'))).rejects.toThrow();
  });
});

describe('what is no message', () => {
  test('a frame that was cut', async () => {
    const peer = await link(await serve(echo));
    peer.write(`GET /${framed('one')}${VT}MSH|cut`);
    await peer.receives(framed('one'));
    peer.socket.destroy();
    await until(() => closings().length === 1);
    expect(events).toContainEqual({ kind: 'noise', bytes: 5 });
    expect(events).toContainEqual({ kind: 'truncated', bytes: Buffer.from('MSH|cut') });
  });

  test('a frame beyond the limit is refused, and the link closed though the peer goes on', async () => {
    const refuse: Refuse = (head) => Buffer.from(`refused ${Buffer.from(head).toString().slice(0, 3)}`);
    const peer = await link(await serve(echo, { maxFrame: 1000 }, refuse));
    peer.write(`${framed('one')}${VT}MSH|${'x'.repeat(2000)}`);
    const more = setInterval(() => peer.write('y'.repeat(5000)), 5);
    await peer.receives(framed('one', 'refused MSH'));
    await until(() => peer.isClosed());
    clearInterval(more);
    expect(closings()).toEqual(['too-large']);
  });
});

describe('limits of time', () => {
  test.each([
    ['a frame that does not go on', { framePause: 50 }, `${VT}MSH|`, 'slow'],
    ['a frame that takes too long', { frameTime: 50 }, `${VT}MSH|`, 'slow'],
    ['nothing at all', { idleTime: 50 }, '', 'idle'],
    ['nothing more', { idleTime: 50 }, framed('one'), 'idle'],
  ])('%s', async (_, limits, text, why) => {
    const peer = await link(await serve(echo, limits));
    peer.write(text);
    await until(() => peer.isClosed());
    expect(closings()).toEqual([why]);
  });

  test('a peer that does not read its replies', async () => {
    const large = Buffer.alloc(30_000_000, 'x');
    const peer = await link(await serve(async () => large, { framePause: 50 }));
    peer.socket.pause();
    peer.write(framed('one'));
    expect(await eventually(closings, (whys) => whys.length > 0)).toEqual(['stalled']);
  });

  test('not the time that our own work takes', async () => {
    const { receive, open } = byHand();
    const peer = await link(await serve(receive, { framePause: 1, frameTime: 1, idleTime: 1 }));
    peer.write(framed('one'));
    await until(() => open.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    open[0]?.reply('re one');
    await peer.receives(framed('re one'));
  });
});

describe('limits of room', () => {
  test('a connection more takes the place of one that never sent anything', async () => {
    const server = await serve(echo, { maxConnections: 2 });
    const [used, unused] = [await link(server), await link(server)];
    used.write(framed('one'));
    await used.receives(framed('one'));
    const third = await link(server);
    third.write(framed('three'));
    await third.receives(framed('three'));
    await until(() => unused.isClosed());
    const fourth = await link(server);
    await until(() => fourth.isClosed());
    expect([turnedAway, closings(), used.isClosed(), third.isClosed()]).toEqual([['full'], ['room'], false, false]);
  });

  test('one address has its share only', async () => {
    const server = await serve(echo, { maxConnections: 10, maxConnectionsPerAddress: 1 });
    const first = await link(server);
    first.write(framed('one'));
    await first.receives(framed('one'));
    const second = await link(server);
    await until(() => second.isClosed());
    expect(turnedAway).toEqual(['full']);
  });

  test('halves of frames do not fill the memory', async () => {
    const server = await serve(echo, { maxConnections: 100, maxHeld: 100_000 });
    const holding = await link(server);
    holding.write(VT + 'x'.repeat(90_000));
    const greedy = await link(server);
    const modest = await link(server);
    modest.write(VT + 'x'.repeat(500));
    greedy.write(VT + 'x'.repeat(50_000));
    await until(() => greedy.isClosed() || holding.isClosed());
    modest.write('y\x1c\r');
    await modest.receives(framed(`${'x'.repeat(500)}y`));
    expect(closings()).toEqual(['memory']);
  });
});

describe('closing', () => {
  test('what is worked on gets its reply, what waits does not', async () => {
    const { receive, open } = byHand();
    const server = await serve(receive);
    const [busy, idle] = [await link(server), await link(server)];
    busy.write(framed('one', 'two'));
    await until(() => open.length === 1 && server.connections() === 2);
    const closed = server.close();
    await until(() => idle.isClosed());
    open[0]?.reply('re one');
    await closed;
    await until(() => busy.isClosed());
    expect([busy.received(), open.length]).toEqual([framed('re one'), 1]);
  });

  test('does not wait for ever', async () => {
    const server = await serve(() => new Promise(() => undefined), { closeTime: 50 });
    const peer = await link(server);
    peer.write(framed('one'));
    await until(() => server.connections() === 1);
    await server.close();
    await until(() => peer.isClosed());
  });
});

test('a port that is taken is told, and the others are given back', async () => {
  const taken = (await serve(echo)).ports[0] ?? 0;
  const free = await freePort();
  const listeners = [free, taken].map((port) => ({ host: '127.0.0.1', port }));
  await expect(serveMllp({ listeners, receive: echo })).rejects.toThrow(/EADDRINUSE/);
  const again = await serveMllp({ listeners: [{ host: '127.0.0.1', port: free }], receive: echo });
  await again.close();
});
