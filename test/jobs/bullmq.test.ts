import { describeWith } from '../harness/describe-with.ts';
import { createTestRedis, type TestRedis } from '../harness/redis-server.ts';
import { jobsContract } from './contract.ts';

describeWith('redis-server', 'redis-server')('jobs with messages in Redis', () => {
  let redis: TestRedis;

  beforeAll(async () => {
    redis = await createTestRedis();
    await redis.start();
  });
  jobsContract(() => redis.url);
  afterAll(() => redis.stop());
});
