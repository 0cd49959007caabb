import { storeSchedule } from '../../server/jobs/schedule-table.ts';
import { runSchedules } from '../../server/jobs/sweep.ts';
import { nextTime } from '../../server/jobs/cron.ts';
import { openBench, type JobsBench } from './contract.ts';

const MINUTE = 60_000;

let bench: JobsBench;

beforeAll(async () => {
  bench = await openBench(undefined);
});
afterAll(() => bench.close());

/** Lets time pass for four processes at once; how many jobs there were after each step. */
async function jobsOver(
  queue: string,
  cron: string,
  zone: string,
  from: string,
  steps: number,
  step: number,
): Promise<number[]> {
  const start = Date.parse(from);
  const schedule = { name: queue, queue, tenant: 1, payload: {}, cron, zone };
  await storeSchedule(bench.db, schedule, nextTime(cron, zone, start));
  const counts: number[] = [];
  for (let count = 1; count <= steps; count += 1) {
    const now = start + count * step;
    await Promise.all(Array.from({ length: 4 }, () => runSchedules(bench.db, now)));
    // As every process does when it starts.
    await storeSchedule(bench.db, schedule, nextTime(cron, zone, now));
    const [row] = await bench.db.query<{ count: number }>({
      text: 'select count(*) as count from job where queue = $1',
      values: [queue],
    });
    counts.push(row?.count ?? 0);
  }
  await bench.db.query({ text: 'delete from job_schedule', values: [] });
  return counts;
}

test('the night with an hour more: each time of the clock once, each quarter of an hour that passes once', async () => {
  const from = '2026-10-24T23:50:00Z';
  expect((await jobsOver('daily', '30 2 * * *', 'Europe/Berlin', from, 40, 10 * MINUTE)).at(-1)).toBe(1);
  expect((await jobsOver('often', '*/15 * * * *', 'Europe/Berlin', from, 33, 5 * MINUTE)).at(-1)).toBe(11);
});

test('the night with an hour less: what the clock skips comes at the end of the gap, once', async () => {
  const counts = await jobsOver('gap', '30 2 * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z', 4, 30 * MINUTE);
  expect(counts).toEqual([0, 1, 1, 1]);
});

test('of times at which no process ran, the last one is made up for', async () => {
  expect(await jobsOver('missed', '0 * * * *', 'UTC', '2026-05-01T00:30:00Z', 2, 10 * 60 * MINUTE)).toEqual([1, 2]);
});

test('a new expression counts from now on', async () => {
  const schedule = { name: 'changed', queue: 'changed', tenant: 1, payload: {}, zone: 'UTC' };
  await storeSchedule(bench.db, { ...schedule, cron: '0 0 * * *' }, 1000);
  await storeSchedule(bench.db, { ...schedule, cron: '0 0 * * *' }, 2000);
  const next = (): Promise<unknown[]> => bench.db.query({ text: 'select tenant, next from job_schedule', values: [] });
  expect(await next()).toEqual([{ tenant: 1, next: 1000 }]);
  await storeSchedule(bench.db, { ...schedule, tenant: 2, cron: '0 1 * * *' }, 3000);
  expect(await next()).toEqual([{ tenant: 2, next: 3000 }]);
});
