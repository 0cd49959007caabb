import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { openWaitingRedis } from '../redis/queue-redis.ts';
import { openRedis, type Redis } from '../redis/redis.ts';
import type { JobTransport } from './transport.ts';

export interface BullMqOptions {
  readonly url: string;
  /** What the names of all keys begin with. */
  readonly prefix: string;
  onError(error: unknown): void;
}

/** BullMQ serves lower numbers first, and 0 before all; ours is higher first. */
const MIDDLE = 1_000_000;
/** How long a start waits for Redis, ms; without it jobs are taken on as well. */
const PATIENCE = 1000;
/** How soon a worker goes on after Redis came back, ms. */
const RETRY = 500;

/** Messages in Redis: https://docs.bullmq.io */
export async function openBullMqTransport({ url, prefix, onError }: BullMqOptions): Promise<JobTransport> {
  const sending = openRedis(url, onError);
  await Promise.race([once(sending, 'ready'), delay(PATIENCE, undefined, { ref: false })]).catch(() => undefined);
  const waiting: Redis[] = [];
  const queues = new Map<string, Queue>();
  const workers: Worker[] = [];

  function queueOf(name: string): Queue {
    let queue = queues.get(name);
    if (queue === undefined) {
      queue = new Queue(name, { connection: sending, prefix, skipWaitingForReady: true });
      queue.on('error', () => undefined);
      queues.set(name, queue);
    }
    return queue;
  }

  return {
    async hand(jobs) {
      if (sending.status !== 'ready') throw new Error('Redis is away');
      for (const name of new Set(jobs.map(({ queue }) => queue))) {
        const own = jobs.filter(({ queue }) => queue === name);
        await queueOf(name).addBulk(
          own.map(({ id, attempt, priority }) => ({
            name,
            data: { id },
            // A message that is there already is not added again, and that of an earlier attempt is not in its way.
            opts: {
              jobId: `${id}-${attempt}`,
              priority: MIDDLE - priority,
              removeOnComplete: true,
              removeOnFail: true,
            },
          })),
        );
      }
    },
    work(name, concurrency, run) {
      const connection = openWaitingRedis(url, onError);
      waiting.push(connection);
      const worker = new Worker<{ readonly id: string }>(name, ({ data }) => run(data.id), {
        connection,
        prefix,
        concurrency,
        runRetryDelay: RETRY,
      });
      // What the connections report is reported already.
      worker.on('error', () => undefined);
      workers.push(worker);
      return Promise.resolve();
    },
    // Its workers wait at Redis.
    look: () => undefined,
    async pause() {
      await Promise.all(workers.map((worker) => worker.pause(true)));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close(true)));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      for (const redis of [sending, ...waiting]) redis.disconnect();
    },
  };
}
