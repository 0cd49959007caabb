import { allSettled, jobsContract, openBench } from './contract.ts';

describe('jobs with messages in PostgreSQL', () => jobsContract(() => undefined));

test('processes that start at once on an empty database make one queue', async () => {
  const bench = await openBench(undefined);
  const all = await Promise.all(Array.from({ length: 4 }, () => bench.open()));
  let runs = 0;
  await Promise.all(all.map((jobs) => jobs.work('first', () => Promise.resolve(void (runs += 1)))));
  await Promise.all(all.map((jobs) => jobs.add({ queue: 'first', tenant: 1, payload: {} })));
  for (const jobs of all) await allSettled(jobs, 'first', 4);
  expect(runs).toBe(4);
  await bench.close();
});
