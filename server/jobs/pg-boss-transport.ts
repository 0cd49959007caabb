import PgBoss from 'pg-boss';
import type { Db, Queryable } from '../storage/db.ts';
import type { JobTransport } from './transport.ts';

export interface PgBossOptions {
  /** The installation's. */
  readonly db: Db;
  onError(error: unknown): void;
}

const SCHEMA = 'pgboss';

interface Served {
  readonly queue: string;
  readonly concurrency: number;
  readonly run: (id: string) => Promise<void>;
  running: number;
  looking: Promise<void> | undefined;
  isAsked: boolean;
}

/** Messages in PostgreSQL: https://github.com/timgit/pg-boss */
export async function openPgBossTransport({ db, onError }: PgBossOptions): Promise<JobTransport> {
  const boss = new PgBoss({ schema: SCHEMA, db: executor(db), supervise: false, schedule: false });
  boss.on('error', onError);
  await boss.start();
  const served = new Map<string, Served>();
  const known = new Set<string>();
  let isPaused = false;

  async function makeQueue(queue: string): Promise<void> {
    if (known.has(queue)) return;
    await boss.createQueue(queue);
    known.add(queue);
  }

  async function takeAll(one: Served): Promise<void> {
    do {
      one.isAsked = false;
      const free = one.concurrency - one.running;
      if (free === 0) return;
      const ids = await take(one.queue, free);
      for (const id of ids) {
        one.running += 1;
        void one.run(id).finally(() => {
          one.running -= 1;
          lookSoon(one);
        });
      }
      // As many as were asked for: there may be more.
      if (ids.length === free) one.isAsked = true;
    } while (one.isAsked && !isPaused);
  }

  /** A message is taken and removed at once, so that none stays behind when this process ends. */
  function take(queue: string, batchSize: number): Promise<readonly string[]> {
    return db.transaction(async (tx) => {
      const options = { db: executor(tx) };
      const messages = await boss.fetch<object>(queue, { batchSize, ...options });
      const ids = messages.map(({ id }) => id);
      if (ids.length > 0) await boss.deleteJob(queue, ids, options);
      return ids;
    });
  }

  function lookSoon(one: Served): void {
    one.isAsked = true;
    if (isPaused) return;
    one.looking ??= takeAll(one)
      // The next sweep comes by here again, and reports what it meets.
      .catch(() => undefined)
      .finally(() => (one.looking = undefined));
  }

  function look(queues: readonly string[]): void {
    for (const queue of queues) {
      const one = served.get(queue);
      if (one !== undefined) lookSoon(one);
    }
  }

  return {
    async hand(jobs) {
      for (const { queue } of jobs) await makeQueue(queue);
      await boss.insert(jobs.map(({ id, queue, priority }) => ({ id, name: queue, priority })));
      look(jobs.map(({ queue }) => queue));
    },
    async work(queue, concurrency, run) {
      await makeQueue(queue);
      const one: Served = { queue, concurrency, run, running: 0, looking: undefined, isAsked: false };
      served.set(queue, one);
      lookSoon(one);
    },
    look,
    async pause() {
      isPaused = true;
      for (const one of served.values()) await one.looking;
    },
    async close() {
      await boss.stop({ graceful: false });
    },
  };
}

/** pg-boss's statements on our connections. */
function executor(db: Db | Queryable): PgBoss.Db {
  return {
    async executeSql(text, values = []) {
      const [, inside] = /^\s*BEGIN;([^]*)COMMIT;\s*$/.exec(text) ?? [];
      const statement = { text: inside ?? text, values };
      // Left open by an error, a transaction within the text would stay on a connection that others use next. And processes
      // that make the same queue at once deadlock over its table: one of them has to try again.
      const isWhole = inside !== undefined || text.includes('create_queue(');
      const rows =
        isWhole && 'transaction' in db
          ? await db.transaction((tx) => tx.query<object>(statement))
          : await db.query<object>(statement);
      return { rows };
    },
  };
}
