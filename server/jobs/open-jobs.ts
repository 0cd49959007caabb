import { createHash } from 'node:crypto';
import { uuidv7 } from '../kernel/id.ts';
import { every } from '../kernel/every.ts';
import type { Db } from '../storage/db.ts';
import { readSalt } from '../storage/settings.ts';
import { checkPriority, checkQueue, payloadText } from './check-job.ts';
import { nextTime } from './cron.ts';
import { ATTEMPTS, type JobQueue } from './job-queue.ts';
import {
  cancelJob,
  databaseNow,
  drainJobs,
  dropOldJobs,
  insertJob,
  listJobs,
  readJob,
  retryJob,
  type NewRow,
} from './ledger.ts';
import { createRuns } from './runs.ts';
import { dropSchedule, storeSchedule } from './schedule-table.ts';
import { handDue, sweep } from './sweep.ts';
import type { JobTransport } from './transport.ts';

export interface JobsOptions {
  /** The installation's. */
  readonly db: Db;
  /** Messages go through this Redis; undefined: through PostgreSQL. */
  readonly redisUrl?: string;
  onError(error: unknown): void;
  /** How long a process that runs a job may be silent before another takes over, ms; default 30 s. */
  readonly lease?: number;
  /** When a message about a job that waits counts as lost, ms; default 15 s. */
  readonly handAgain?: number;
  /** Pause before the second attempt, ms; default 2 s, each further one four times as long, up to an hour. */
  readonly firstPause?: number;
}

/** When a transaction that a job was added in has ended, as a rule; ms. */
const SOON = 50;
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
/** How long jobs that have ended are kept, ms. */
const KEEP = 7 * DAY;
const KEEP_DEAD = 30 * DAY;
const DROPPED_AT_ONCE = 5000;

/** The queue of background work, as server/docs/jobs.md describes it. */
export async function openJobs(options: JobsOptions): Promise<JobQueue> {
  const { db, onError, lease = 30 * SECOND, handAgain = 15 * SECOND, firstPause = 2 * SECOND } = options;
  const transport = await openTransport(options);
  const runs = createRuns({ db, lease, firstPause, onError });
  const beat = every(Math.min(SECOND, lease / 4), () => runs.check(), onError);
  const loops = [every(SECOND, () => sweep(db, transport, handAgain), onError), every(HOUR, () => tidy(db), onError)];

  let soon: NodeJS.Timeout | undefined;

  /** A sweep comes by anyway. */
  function handSoon(): void {
    soon ??= setTimeout(() => {
      soon = undefined;
      handDue(db, transport, handAgain).catch(() => undefined);
    }, SOON).unref();
  }

  return {
    async add({ queue, tenant, payload, key, delay = 0, priority = 0, attempts = ATTEMPTS }, within) {
      const row: NewRow = {
        id: uuidv7(Date.now()),
        tenant,
        queue: checkQueue(queue),
        key,
        payload: payloadText(payload),
        priority: checkPriority(priority),
        attempts,
        delay,
        isHanded: within === undefined && delay === 0,
      };
      const { id, isNew } = await insertJob(within ?? db, row);
      // A message that does not get through is sent again by a sweep.
      if (within !== undefined) handSoon();
      if (isNew && row.isHanded) await transport.hand([{ id, queue, priority, attempt: 0 }]).catch(() => undefined);
      return id;
    },
    get: (id) => readJob(db, id),
    list: (filter) => listJobs(db, filter),
    cancel: (id) => cancelJob(db, id),
    retry: (id) => retryJob(db, id),
    drain: (queue, tenant) => drainJobs(db, queue, tenant),
    work: (queue, handler, { concurrency = 1 } = {}) =>
      transport.work(checkQueue(queue), concurrency, (id) => runs.run(id, handler)),
    async schedule(schedule) {
      checkQueue(schedule.queue);
      payloadText(schedule.payload);
      await storeSchedule(db, schedule, nextTime(schedule.cron, schedule.zone, await databaseNow(db)));
    },
    unschedule: (name) => dropSchedule(db, name),
    async close() {
      clearTimeout(soon);
      for (const loop of loops) await loop.stop();
      await transport.pause();
      await runs.close();
      await beat.stop();
      await transport.close();
    },
  };
}

/** Loads the library that is needed, and only that. */
async function openTransport({ db, redisUrl, onError }: JobsOptions): Promise<JobTransport> {
  if (redisUrl === undefined) return (await import('./pg-boss-transport.ts')).openPgBossTransport({ db, onError });
  return (await import('./bullmq-transport.ts')).openBullMqTransport({
    url: redisUrl,
    prefix: await messagePrefix(db),
    onError,
  });
}

async function tidy(db: Db): Promise<void> {
  while ((await dropOldJobs(db, KEEP, KEEP_DEAD, DROPPED_AT_ONCE)) === DROPPED_AT_ONCE);
}

/** Several installations may share a Redis. */
async function messagePrefix(db: Db): Promise<string> {
  const hash = createHash('sha256')
    .update(await readSalt(db))
    .update('jobs')
    .digest('hex');
  return `athanor-${hash.slice(0, 12)}`;
}
