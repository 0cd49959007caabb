import { fault } from '../kernel/fault.ts';
import { storeAuditRows, type AuditRows } from '../storage/audit-rows.ts';
import type { Queryable } from '../storage/db.ts';

/** Stores events of reads and of everything else that has no transaction of its own. */
export interface AuditWriter {
  /**
   * Resolves when the rows are committed.
   * @throws Fault 503 when they cannot be
   */
  store(tenant: number, rows: AuditRows): Promise<void>;
  /**
   * Announces a request that is being answered: what waits to be stored may wait a little for its events.
   * @returns to be called when its events are handed over, or when there are none; more than once does no harm
   */
  expect(tenant: number): () => void;
}

export interface AuditWriterOptions {
  dbOf(tenant: number): Queryable;
  onError(error: unknown): void;
  /** How long a batch waits for others while none comes, ms; {@link LINGER} when absent. */
  readonly linger?: number;
}

/** Requests of one tenant that wait for their events; more get 503. */
const MAX_WAITING = 10_000;
/** Rows of so many requests go in one statement. */
const MAX_BATCH = 500;
/**
 * A commit costs as much as the events of some dozen requests. Where so many requests are about as make a crowd, a batch
 * waits for those that are being answered, and for those whose senders got their answers just now and come back: otherwise
 * two halves of them would take turns, and each would have a commit of its own. It waits no longer than so many ms for the
 * next one, and no longer than some such pauses altogether, so that a search that takes long holds nobody up.
 */
const LINGER = 2;
const PAUSES = 5;
const CROWD = 4;

interface Waiting {
  readonly rows: AuditRows;
  resolve(): void;
  reject(error: unknown): void;
}

/** What a tenant's requests wait for. */
interface Queue {
  waiting: Waiting[];
  isRunning: boolean;
  /** Requests that are being answered. */
  expected: number;
  /** Requests that the last batch let go and for which none has come yet, and when that was. */
  returning: number;
  answered: number;
  /** When the last one came to wait. */
  came: number;
  /** Ends the wait for them. */
  go: (() => void) | undefined;
}

/**
 * Group commit: while one statement is under way, what comes meanwhile waits and goes together in the next one. So a
 * lone request waits for one commit, and many at once share few.
 */
export function createAuditWriter({ dbOf, onError, linger = LINGER }: AuditWriterOptions): AuditWriter {
  const queues = new Map<number, Queue>();

  function queueOf(tenant: number): Queue {
    let queue = queues.get(tenant);
    if (queue === undefined) {
      queue = { waiting: [], isRunning: false, expected: 0, returning: 0, answered: 0, came: 0, go: undefined };
      queues.set(tenant, queue);
    }
    return queue;
  }

  async function run(tenant: number, queue: Queue): Promise<void> {
    queue.isRunning = true;
    while (queue.waiting.length > 0) {
      const others = othersOf(queue, linger * PAUSES);
      if (others > 0 && others + queue.waiting.length >= CROWD) await company(queue, linger);
      const batch = queue.waiting.splice(0, MAX_BATCH);
      queue.returning = 0;
      try {
        await storeAuditRows(dbOf(tenant), tenant, rowsOf(batch));
        for (const { resolve } of batch) resolve();
        queue.returning = batch.length;
        queue.answered = performance.now();
      } catch (error) {
        onError(error);
        const refusal = unavailable(error);
        for (const { reject } of batch) reject(refusal);
      }
    }
    queue.isRunning = false;
  }

  return {
    store(tenant, rows) {
      return new Promise((resolve, reject) => {
        const queue = queueOf(tenant);
        if (queue.waiting.length >= MAX_WAITING) reject(unavailable(undefined));
        else {
          queue.waiting.push({ rows, resolve, reject });
          queue.came = performance.now();
        }
        if (!queue.isRunning) void run(tenant, queue);
      });
    },
    expect(tenant) {
      const queue = queueOf(tenant);
      queue.expected += 1;
      if (queue.returning > 0) queue.returning -= 1;
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        queue.expected -= 1;
        if (queue.expected + queue.returning === 0) queue.go?.();
      };
    },
  };
}

/**
 * Requests whose events may come soon.
 * @param back how long ago those may have been answered that are expected back, ms
 */
function othersOf({ expected, returning, answered }: Queue, back: number): number {
  return returning > 0 && performance.now() - answered < back ? expected + returning : expected;
}

function rowsOf(batch: readonly Waiting[]): AuditRows {
  const [first] = batch;
  return batch.length === 1 && first !== undefined ? first.rows : batch.flatMap(({ rows }) => rows);
}

/** Resolves when there is nobody to wait for any more, or it took too long. */
function company(queue: Queue, linger: number): Promise<void> {
  return new Promise((resolve) => {
    const end = performance.now() + linger * PAUSES;
    const go = (): void => {
      clearTimeout(timer);
      queue.go = undefined;
      resolve();
    };
    const pause = (): void => {
      const now = performance.now();
      if (now < end && now - queue.came < linger) timer = setTimeout(pause, linger);
      else go();
    };
    let timer = setTimeout(pause, linger);
    queue.go = go;
  });
}

function unavailable(cause: unknown): Error {
  const text =
    'The request cannot be recorded in the audit trail at the moment, so it is not answered; try again shortly.';
  return fault('audit.unavailable', 503, 'transient', text, undefined, { cause, headers: { 'Retry-After': '1' } });
}
