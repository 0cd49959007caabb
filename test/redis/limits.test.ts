import type { Principal } from '../../server/access/principal.ts';
import { createLimits, type Limits } from '../../server/limits/limits.ts';
import { openRedis, type Redis } from '../../server/redis/redis.ts';
import { describeWith } from '../harness/describe-with.ts';
import { createTestRedis, type TestRedis } from '../harness/redis-server.ts';

const USER: Principal = { tenant: 1, kind: 'user', account: 'a', client: 'app', roles: [], purposes: [] };
const WORKERS = 2;

let server: TestRedis;
let connections: Redis[];
let workers: Limits[];
let now = 0;

describeWith('redis-server', 'redis-server')('limits of two workers with Redis', () => {
  beforeEach(async () => {
    server = await createTestRedis();
    await server.start();
    connections = await Promise.all(Array.from({ length: WORKERS }, connected));
    workers = connections.map((redis) =>
      createLimits(
        { address: 0, user: 100, client: 0, tenant: 0, signIn: 10 },
        { workers: WORKERS, redis, now: () => now },
      ),
    );
  });

  afterEach(async () => {
    for (const redis of connections) redis.disconnect();
    await server.stop();
  });

  async function connected(): Promise<Redis> {
    const redis = openRedis(server.url, () => undefined);
    await new Promise((resolve) => redis.once('ready', resolve));
    return redis;
  }

  /** How many of so many parallel requests are let in; what is not a refusal by the limit fails the test. */
  async function letIn(count: number, ask: (worker: Limits) => Promise<unknown>): Promise<number> {
    const asked = Array.from({ length: count }, (_, index) => ask(workers[index % WORKERS] as Limits));
    const results = await Promise.allSettled(asked);
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
    for (const refusal of refusals) expect(refusal).toMatchObject({ status: 429 });
    return count - refusals.length;
  }

  const read = (worker: Limits): Promise<unknown> => worker.spend(USER, 1);
  const signIn = (worker: Limits): Promise<unknown> => worker.signIn('10.0.0.1');

  test('the workers share one limit, also when one of them has all the requests', async () => {
    expect(await letIn(300, read)).toBe(100);
    // On a busy machine Redis may have been too late once, and is not asked for a second then.
    now += 1000;
    expect(await letIn(1, () => (workers[0] as Limits).spend({ ...USER, account: 'b' }, 90))).toBe(1);
  });

  test('when Redis stops, requests go on and limits hold in memory', async () => {
    expect(await letIn(60, read)).toBe(60);
    await server.stop();
    // Each worker has half of the limit, and counted its 30 of before.
    expect(await letIn(200, read)).toBe(40);
    const back = connections.map((redis) => new Promise((resolve) => redis.once('ready', resolve)));
    await server.start();
    await Promise.all(back);
    now += 1000;
    expect(await letIn(1, (worker) => worker.spend({ ...USER, account: 'c' }, 100))).toBe(1);
  });

  test('who stops Redis gets no further attempts to sign in', async () => {
    expect(await letIn(50, signIn)).toBe(10);
    await server.stop();
    expect(await letIn(50, signIn)).toBe(0);
  });

  test('a Redis that hangs holds up one request, not all', async () => {
    server.freeze(true);
    const started = performance.now();
    for (let count = 0; count < 20; count += 1) await workers[0]?.spend(USER, 1);
    expect(performance.now() - started).toBeLessThan(3000);
    server.freeze(false);
  });
});
