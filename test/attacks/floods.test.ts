import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { openRedis } from '../../server/redis/redis.ts';
import { describeWith } from '../harness/describe-with.ts';
import { createTestRedis } from '../harness/redis-server.ts';
import { openGuardedServer, type GuardedServer } from './guarded-server.ts';
import { exchange, statuses } from './raw-http.ts';

let server: GuardedServer;

beforeAll(async () => {
  server = await openGuardedServer();
});

afterAll(() => server.close());

async function withServer(
  options: Parameters<typeof openGuardedServer>[0],
  work: (server: GuardedServer) => Promise<void>,
): Promise<void> {
  const other = await openGuardedServer({ ...options, shared: server.engine });
  try {
    await work(other);
  } finally {
    await other.close();
  }
}

function get({ base, key }: GuardedServer, path: string): Promise<Response> {
  return fetch(`${base}/${path}`, { headers: { authorization: `Bearer ${key}` } });
}

/** Statuses of requests that are made at once, sorted. */
async function burst(count: number, ask: () => Promise<Response>): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: count }, ask));
  return answers.map(({ status }) => status).sort();
}

const times = (count: number, status: number): number[] => Array.from({ length: count }, () => status);

test('a client gets its points, then 429 that says when to come back', async () => {
  await withServer({ limits: { client: 100 } }, async (limited) => {
    const first = await get(limited, 'Patient?_count=1');
    expect([first.status, first.headers.get('ratelimit'), first.headers.get('ratelimit-policy')]).toEqual([
      200,
      '"client";r=80;t=60',
      '"client";q=100;w=60',
    ]);
    // A read costs 1 of the 80 points that are left.
    expect(await burst(100, () => get(limited, 'Patient/nobody'))).toEqual([...times(80, 404), ...times(20, 429)]);
    const refused = await get(limited, 'Patient/nobody');
    const { resourceType, issue } = (await refused.json()) as { resourceType: string; issue: { code: string }[] };
    expect([refused.status, resourceType, issue[0]?.code]).toEqual([429, 'OperationOutcome', 'throttled']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit')).toMatch(/^"client";r=0;t=\d+$/);
  });
});

test('entries of a Bundle are paid for before any of them runs', async () => {
  await withServer({ limits: { client: 200 } }, async (limited) => {
    const entry = times(11, 0).map((_, index) => ({
      request: { method: 'PUT', url: `Patient/flood${index}` },
      resource: { resourceType: 'Patient', id: `flood${index}` },
    }));
    const answer = await fetch(limited.base, {
      method: 'POST',
      headers: { authorization: `Bearer ${limited.key}`, 'Content-Type': 'application/fhir+json' },
      body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
    });
    expect(answer.status).toBe(429);
    expect((await get(server, 'Patient/flood0')).status).toBe(404);
  });
});

test('an address is limited before anybody asks who it is', async () => {
  await withServer({ limits: { address: 30 } }, async (limited) => {
    const url = `${limited.base}/Patient/1`;
    expect(await burst(50, () => fetch(url))).toEqual([...times(30, 401), ...times(20, 429)]);
    expect((await fetch(`${limited.base}/metadata`)).status).toBe(429);
    expect((await fetch(`http://127.0.0.1:${limited.port}/`)).status).toBe(429);
  });
});

test('attempts to sign in are few, whatever path they try', async () => {
  await withServer({ limits: { signIn: 5 } }, async (limited) => {
    const post = (path: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${limited.port}${path}`, { method: 'POST', body: 'login=a&password=b' });
    expect(await burst(50, () => post('/auth/sign-in'))).toEqual([...times(5, 404), ...times(45, 429)]);
    expect(await burst(4, () => post('/AUTH/reset/'))).toEqual(times(4, 429));
    // Programs have secrets that nobody guesses.
    expect((await post('/auth/token')).status).toBe(404);
  });
});

test('one address holds so many connections and no more', async () => {
  await withServer({ signIn: { maxConnections: 5 } }, async (limited) => {
    const sockets: Socket[] = Array.from({ length: 20 }, () => connect(limited.port, '127.0.0.1'));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await pause(200);
    const held = sockets.filter((socket) => !socket.destroyed && socket.readyState === 'open');
    expect(held).toHaveLength(5);
    for (const socket of sockets) socket.destroy();
    await pause(200);
    expect((await get(limited, 'Patient/nobody')).status).toBe(404);
  });
});

test('who sends a request byte by byte is cut off in time, others are served meanwhile', async () => {
  await withServer({ requestTimeout: 1000 }, async (limited) => {
    const slow = exchange(
      limited.port,
      'POST /fhir/R4/Patient HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n',
      9000,
    );
    const started = performance.now();
    expect((await get(limited, 'Patient/nobody')).status).toBe(404);
    expect(statuses(await slow)).toEqual([408]);
    expect(performance.now() - started).toBeLessThan(8000);
  });
}, 20_000);

describeWith('redis-server', 'redis-server')('Redis stops in the middle', () => {
  test('no answer is 5xx, and the limits hold', async () => {
    const redisServer = await createTestRedis();
    await redisServer.start();
    const redis = openRedis(redisServer.url, () => undefined);
    try {
      await once(redis, 'ready');
      await withServer({ redis, limits: { client: 200, signIn: 5 } }, async (limited) => {
        const all: number[] = [];
        for (let round = 0; round < 10; round += 1) {
          all.push(...(await burst(30, () => get(limited, 'Patient/nobody'))));
          if (round === 2) await redisServer.stop();
        }
        expect([all.filter((status) => status === 404).length, all.filter((status) => status === 429).length]).toEqual([
          200, 100,
        ]);
      });
    } finally {
      redis.disconnect();
      await redisServer.stop();
    }
  });
});
