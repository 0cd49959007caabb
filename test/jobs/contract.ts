import { setTimeout as delay } from 'node:timers/promises';
import type { Job, JobQueue, JobRun, JobState } from '../../server/jobs/job-queue.ts';
import { openJobs, type JobsOptions } from '../../server/jobs/open-jobs.ts';
import { openDb, type Db } from '../../server/storage/db.ts';
import { createTestDatabase, type TestDatabase } from '../harness/test-database.ts';
import { startWorker, type JobWorker } from './job-workers.ts';

/** Short, so that a test sees what takes half a minute otherwise. */
const LEASE = 2000;
const HAND_AGAIN = 3000;

/** A queue on a database of its own, as several processes would have it open. */
export interface JobsBench {
  readonly db: Db;
  /** One more process, or what is like one. */
  open(options?: Partial<JobsOptions>): Promise<JobQueue>;
  start(queue: string, takes: number, concurrency: number): JobWorker;
  /** How often each job came to its end. */
  ends(): Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

export async function openBench(redisUrl: string | undefined): Promise<JobsBench> {
  const database: TestDatabase = await createTestDatabase();
  const { connectionString } = database;
  const db = openDb({ connectionString, max: 20, statementTimeout: 10_000, poolTimeout: 5000 });
  await db.query({ text: 'create table done (job uuid)', values: [] });
  const opened: JobQueue[] = [];
  const workers: JobWorker[] = [];
  const redis = redisUrl === undefined ? {} : { redisUrl };
  return {
    db,
    async open(options = {}) {
      const shared = { db, lease: LEASE, handAgain: HAND_AGAIN, firstPause: 20, onError: () => undefined };
      const jobs = await openJobs({ ...shared, ...redis, ...options });
      opened.push(jobs);
      return jobs;
    },
    start(queue, takes, concurrency) {
      const order = { connectionString, ...redis, lease: LEASE, handAgain: HAND_AGAIN, queue, takes, concurrency };
      const worker = startWorker(order);
      workers.push(worker);
      return worker;
    },
    async ends() {
      const rows = await db.query<{ job: string; count: number }>({
        text: 'select job, count(*) as count from done group by job',
        values: [],
      });
      return new Map(rows.map(({ job, count }) => [job, count]));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.kill()));
      await Promise.all(opened.map((jobs) => jobs.close()));
      await db.close();
      await database.drop();
    },
  };
}

/** Waits until the job is in the state. */
export async function settled(jobs: JobQueue, id: string, state: JobState, patience = 60_000): Promise<Job> {
  const until = performance.now() + patience;
  for (;;) {
    const job = await jobs.get(id);
    if (job?.state === state) return job;
    if (performance.now() > until) throw new Error(`the job is ${job?.state ?? 'gone'} and not ${state}`);
    await delay(20);
  }
}

export async function allSettled(jobs: JobQueue, queue: string, count: number, patience = 60_000): Promise<void> {
  const until = performance.now() + patience;
  for (;;) {
    const done = await jobs.list({ queue, state: 'completed', limit: 10_000 });
    if (done.length === count) return;
    if (performance.now() > until) throw new Error(`${done.length} of ${count} jobs are completed`);
    await delay(100);
  }
}

/** What every queue keeps, whatever carries its messages. @param redisUrl called before the first test */
export function jobsContract(redisUrl: () => string | undefined): void {
  let bench: JobsBench;
  let jobs: JobQueue;

  beforeAll(async () => {
    bench = await openBench(redisUrl());
    jobs = await bench.open();
  });
  afterAll(() => bench.close());

  const add = (queue: string, more: Partial<Parameters<JobQueue['add']>[0]> = {}): Promise<string> =>
    jobs.add({ queue, tenant: 1, payload: {}, ...more });

  test('a job runs with what it was given, and is kept as completed', async () => {
    const seen: Job[] = [];
    await jobs.work('plain', ({ job }) => Promise.resolve(void seen.push(job)));
    const id = await add('plain', { tenant: 7, payload: { a: [1, { b: null }], ä: '€' } });
    const job = await settled(jobs, id, 'completed');
    expect(seen).toMatchObject([
      { id, queue: 'plain', tenant: 7, payload: { a: [1, { b: null }], ä: '€' }, attempt: 1 },
    ]);
    expect(job).toMatchObject({ attempt: 1, error: undefined, progress: undefined });
    expect([job.created <= (job.started ?? 0), (job.started ?? 0) <= (job.finished ?? 0)]).toEqual([true, true]);
  });

  test('a job that is put off does not run before its time', async () => {
    let ranAt = 0;
    await jobs.work('later', () => Promise.resolve(void (ranAt = performance.now())));
    const added = performance.now();
    await settled(jobs, await add('later', { delay: 1500 }), 'completed');
    expect(ranAt - added).toBeGreaterThanOrEqual(1490);
  });

  test('higher priority runs first, equal priority in the order of arrival', async () => {
    const order: unknown[] = [];
    const names: readonly (readonly [string, number])[] = [
      ['low', -5],
      ['a', 0],
      ['b', 0],
      ['high', 9],
      ['top', 1000],
    ];
    for (const [name, priority] of names) await add('ranked', { payload: { name }, priority });
    await jobs.work('ranked', ({ job }) => Promise.resolve(void order.push(job.payload.name)));
    await allSettled(jobs, 'ranked', 5);
    expect(order).toEqual(['top', 'high', 'a', 'b', 'low']);
  });

  test('no more run at once in a process than it says', async () => {
    let running = 0;
    let most = 0;
    const run = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await delay(50);
      running -= 1;
    };
    await jobs.work('narrow', run, { concurrency: 3 });
    await Promise.all(Array.from({ length: 20 }, () => add('narrow')));
    await allSettled(jobs, 'narrow', 20);
    expect(most).toBe(3);
  });

  test('a key is one job as long as it waits or runs', async () => {
    let runs = 0;
    const ids = await Promise.all(Array.from({ length: 50 }, () => add('keyed', { key: 'k' })));
    expect(new Set(ids).size).toBe(1);
    expect(await add('keyed', { key: 'k', tenant: 2 })).not.toBe(ids[0]);
    await jobs.work('keyed', () => Promise.resolve(void (runs += 1)));
    await allSettled(jobs, 'keyed', 2);
    const again = await add('keyed', { key: 'k' });
    expect(again).not.toBe(ids[0]);
    await settled(jobs, again, 'completed');
    expect(runs).toBe(3);
  });

  test('what fails is tried again after a pause, then it is a dead letter that can be retried', async () => {
    const attempts: number[] = [];
    let isBroken = true;
    await jobs.work('failing', ({ job }) => {
      attempts.push(job.attempt);
      return isBroken ? Promise.reject(new TypeError('Peter Muster, 1970')) : Promise.resolve();
    });
    const id = await add('failing', { attempts: 3 });
    const dead = await settled(jobs, id, 'dead');
    expect([attempts, dead.error]).toEqual([[1, 2, 3], 'TypeError']);
    expect(await jobs.list({ queue: 'failing', state: 'dead' })).toHaveLength(1);
    isBroken = false;
    expect([await jobs.retry(id), await jobs.retry(id)]).toEqual([true, false]);
    await settled(jobs, id, 'completed');
    expect(attempts).toEqual([1, 2, 3, 1]);
  });

  test('a job that waits is cancelled at once, one that runs is told', async () => {
    const waiting = await add('unserved');
    expect([await jobs.cancel(waiting), await jobs.cancel(waiting)]).toEqual([true, false]);
    expect(await jobs.get(waiting)).toMatchObject({ state: 'cancelled' });
    let run: JobRun | undefined;
    await jobs.work('cancelled', async (one) => {
      run = one;
      await delay(20_000, undefined, { signal: one.signal });
    });
    const id = await add('cancelled');
    await settled(jobs, id, 'active');
    const asked = performance.now();
    expect(await jobs.cancel(id)).toBe(true);
    await settled(jobs, id, 'cancelled');
    expect(performance.now() - asked).toBeLessThan(4000);
    expect([run?.signal.aborted, await jobs.cancel(id)]).toEqual([true, false]);
  });

  test('progress can be seen', async () => {
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    await jobs.work('slow', async ({ progress }) => {
      await progress({ done: 3, total: 10, text: 'pages' });
      await finished;
    });
    const id = await add('slow');
    const until = performance.now() + 60_000;
    while ((await jobs.get(id))?.progress === undefined && performance.now() < until) await delay(20);
    expect((await jobs.get(id))?.progress).toEqual({ done: 3, total: 10, text: 'pages' });
    finish();
    await settled(jobs, id, 'completed');
  });

  test('a queue can be drained, of one tenant or of all', async () => {
    for (const tenant of [1, 1, 2]) await add('drained', { tenant });
    expect(await jobs.drain('drained', 1)).toBe(2);
    expect(await jobs.drain('drained')).toBe(1);
    expect(await jobs.list({ queue: 'drained', state: 'cancelled', tenant: 1 })).toHaveLength(2);
    expect(await jobs.list({ queue: 'drained', limit: 1 })).toMatchObject([{ tenant: 2 }]);
  });

  test('a job is part of the transaction that adds it', async () => {
    let runs = 0;
    await jobs.work('joined', () => Promise.resolve(void (runs += 1)));
    const lost = bench.db.transaction(async (tx) => {
      await jobs.add({ queue: 'joined', tenant: 1, payload: {} }, tx);
      throw new Error('no');
    });
    await expect(lost).rejects.toThrow('no');
    const id = await bench.db.transaction((tx) => jobs.add({ queue: 'joined', tenant: 1, payload: {} }, tx));
    await settled(jobs, id, 'completed');
    expect(runs).toBe(1);
  });

  test.each([
    ['a name of a queue', { queue: 'No Good' }, 'name of a queue'],
    ['a payload', { payload: { text: 'x'.repeat(65_537) } }, '64 KB'],
    ['a priority', { priority: 1.5 }, 'priority'],
  ])('%s that not every transport takes is refused', async (_what, wrong, text) => {
    await expect(add('checked', wrong)).rejects.toThrow(text);
    expect(await jobs.list({ queue: 'checked' })).toEqual([]);
  });

  test('each time of a schedule is one job, however many processes there are', async () => {
    const others = await Promise.all([bench.open(), bench.open()]);
    for (const one of [jobs, ...others]) {
      await one.schedule({
        name: 's',
        queue: 'timed',
        tenant: 1,
        payload: { a: 1 },
        cron: '0 0 1 1 *',
        zone: 'Europe/Berlin',
      });
    }
    await bench.db.query({ text: 'update job_schedule set next = 0', values: [] });
    await delay(2500);
    expect(await jobs.list({ queue: 'timed' })).toMatchObject([{ payload: { a: 1 } }]);
    await jobs.unschedule('s');
    expect(await bench.db.query({ text: 'select * from job_schedule', values: [] })).toEqual([]);
    await expect(
      jobs.schedule({ name: 's', queue: 'timed', tenant: 1, payload: {}, cron: '* * * *', zone: 'UTC' }),
    ).rejects.toThrow('five fields');
    await expect(
      jobs.schedule({ name: 's', queue: 'timed', tenant: 1, payload: {}, cron: '* * * * *', zone: 'Mars/Olympus' }),
    ).rejects.toThrow('zone');
  });

  test('a process that shuts down gives its jobs back; the attempt does not count', async () => {
    const first = await bench.open();
    await first.work('moved', ({ signal }) => delay(20_000, undefined, { signal }));
    const id = await first.add({ queue: 'moved', tenant: 1, payload: {} });
    await settled(jobs, id, 'active');
    await first.close();
    await jobs.work('moved', () => Promise.resolve());
    expect(await settled(jobs, id, 'completed')).toMatchObject({ attempt: 1 });
  });

  test('when a process is killed, another one takes its jobs over', async () => {
    const worker = bench.start('killed', 60_000, 1);
    const id = await add('killed');
    await worker.until(1);
    await worker.kill();
    await jobs.work('killed', () => Promise.resolve());
    expect(await settled(jobs, id, 'completed')).toMatchObject({ attempt: 2 });
  });

  test('a job that kills every process becomes a dead letter', async () => {
    const id = await add('deadly', { attempts: 2 });
    for (let round = 0; round < 2; round += 1) {
      const worker = bench.start('deadly', 60_000, 1);
      await worker.until(1);
      await worker.kill();
    }
    expect(await settled(jobs, id, 'dead')).toMatchObject({ attempt: 2, error: 'The process that ran it ended.' });
  });

  test('a process that was suspended finds that its job is gone, and ends it no second time', async () => {
    const worker = bench.start('suspended', 4000, 1);
    const id = await add('suspended');
    await worker.until(1);
    worker.signal('SIGSTOP');
    let isAborted = false;
    await delay(LEASE + 500);
    await jobs.work('suspended', async ({ signal }) => {
      await delay(3000, undefined, { signal }).catch(() => (isAborted = true));
    });
    const until = performance.now() + 60_000;
    while ((await jobs.get(id))?.attempt !== 2 && performance.now() < until) await delay(20);
    worker.signal('SIGCONT');
    expect(await settled(jobs, id, 'completed')).toMatchObject({ attempt: 2 });
    await delay(2500);
    expect([isAborted, (await bench.ends()).get(id)]).toEqual([false, undefined]);
  });

  test('1,000 jobs of two processes are completed 1,000 times, each once', async () => {
    const workers = [bench.start('many', 1, 10), bench.start('many', 1, 10)];
    const ids: string[] = [];
    for (let count = 0; count < 10; count += 1) {
      ids.push(...(await Promise.all(Array.from({ length: 100 }, () => add('many')))));
    }
    await allSettled(jobs, 'many', 1000, 40_000);
    const ends = await bench.ends();
    expect(ids.filter((id) => ends.get(id) !== 1)).toEqual([]);
    expect(workers.every(({ begun }) => begun.length > 0)).toBe(true);
  });
}
