import { setTimeout as delay } from 'node:timers/promises';
import { openJobs } from '../../server/jobs/open-jobs.ts';
import { openDb } from '../../server/storage/db.ts';

/** What a process of its own is told, as JSON in its first argument. */
export interface WorkerOrder {
  readonly connectionString: string;
  readonly redisUrl?: string;
  readonly lease: number;
  readonly handAgain: number;
  readonly queue: string;
  readonly concurrency: number;
  /** How long a job takes, ms. */
  readonly takes: number;
}

/** Works on a queue until it is killed; notes every end of a job in table done, and prints every beginning. */
async function main(order: WorkerOrder): Promise<void> {
  const { connectionString, redisUrl, lease, handAgain, queue, concurrency, takes } = order;
  const db = openDb({ connectionString, max: 4, statementTimeout: 10_000, poolTimeout: 5000 });
  const onError = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
  const jobs = await openJobs({ db, lease, handAgain, onError, ...(redisUrl === undefined ? {} : { redisUrl }) });
  await jobs.work(
    queue,
    async ({ job, signal }) => {
      process.stdout.write(`${job.id}\n`);
      await delay(takes);
      if (signal.aborted) throw signal.reason;
      await db.query({ text: 'insert into done values ($1)', values: [job.id] });
    },
    { concurrency },
  );
  // Timers of a queue keep no process alive.
  setInterval(() => undefined, 60_000);
}

void main(JSON.parse(process.argv[2] ?? '') as WorkerOrder);
