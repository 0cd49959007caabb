import { setTimeout as delay } from 'node:timers/promises';
import { describeWith } from '../harness/describe-with.ts';
import { createTestRedis, type TestRedis } from '../harness/redis-server.ts';
import { allSettled, openBench, settled } from './contract.ts';

describeWith('redis-server', 'redis-server')('jobs whose messages Redis loses', () => {
  let redis: TestRedis;

  beforeEach(async () => {
    redis = await createTestRedis();
  });
  afterEach(() => redis.stop());

  test('Redis that is killed, comes back empty and is killed again loses no job and repeats none', async () => {
    await redis.start();
    const bench = await openBench(redis.url);
    const jobs = await bench.open();
    bench.start('flushed', 40, 5);
    bench.start('flushed', 40, 5);
    const ids: string[] = [];
    const add = async (): Promise<void> => void ids.push(await jobs.add({ queue: 'flushed', tenant: 1, payload: {} }));
    for (let round = 0; round < 3; round += 1) {
      for (let count = 0; count < 100; count += 1) await add();
      await delay(300);
      await redis.stop();
      // They are on record even while there is no Redis.
      await add();
      await delay(300);
      await redis.start();
    }
    await allSettled(jobs, 'flushed', ids.length, 40_000);
    const ends = await bench.ends();
    expect([ids.length, ids.filter((id) => ends.get(id) !== 1)]).toEqual([303, []]);
    await bench.close();
  });

  test('a queue that is opened without Redis works when there is one', async () => {
    const bench = await openBench(redis.url);
    const jobs = await bench.open();
    await jobs.work('early', () => Promise.resolve());
    const id = await jobs.add({ queue: 'early', tenant: 1, payload: {} });
    await redis.start();
    await settled(jobs, id, 'completed');
    await bench.close();
  });
});
