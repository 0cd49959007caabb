import { fault } from '../kernel/fault.ts';
import { joinAuditRows, storeAuditRows, type AuditRows } from '../storage/audit-rows.ts';
import type { Queryable } from '../storage/db.ts';

/** Stores events of reads and of everything else that has no transaction of its own. */
export interface AuditWriter {
  /**
   * Resolves when the rows are committed.
   * @throws Fault 503 when they cannot be
   */
  store(tenant: number, rows: AuditRows): Promise<void>;
}

export interface AuditWriterOptions {
  dbOf(tenant: number): Queryable;
  onError(error: unknown): void;
}

/** Requests of one tenant that wait for their events; more get 503. */
const MAX_WAITING = 10_000;
/** Rows of so many requests go in one statement. */
const MAX_BATCH = 500;
/**
 * A commit costs the database as much as the rows of a dozen requests. Where so many requests came at once as make a crowd,
 * the next batch waits that long, ms, so that those who were just answered come back and share it.
 */
const LINGER = 3;
const CROWD = 4;

interface Waiting {
  readonly rows: AuditRows;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Group commit: while one statement is under way, what comes meanwhile waits and goes together in the next one. So a
 * lone request waits for one commit, and many at once share few.
 */
export function createAuditWriter({ dbOf, onError }: AuditWriterOptions): AuditWriter {
  const queues = new Map<number, Waiting[]>();

  async function run(tenant: number, queue: Waiting[]): Promise<void> {
    for (let before = 1; queue.length > 0;) {
      if (before >= CROWD) await new Promise((resolve) => setTimeout(resolve, LINGER));
      const batch = queue.splice(0, MAX_BATCH);
      before = batch.length;
      try {
        await storeAuditRows(dbOf(tenant), tenant, joinAuditRows(batch.map(({ rows }) => rows)));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        onError(error);
        const refusal = unavailable(error);
        for (const { reject } of batch) reject(refusal);
      }
    }
    queues.delete(tenant);
  }

  return {
    store(tenant, rows) {
      return new Promise((resolve, reject) => {
        const waiting = { rows, resolve, reject };
        const queue = queues.get(tenant);
        if (queue === undefined) {
          const first = [waiting];
          queues.set(tenant, first);
          void run(tenant, first);
        } else if (queue.length >= MAX_WAITING) reject(unavailable(undefined));
        else queue.push(waiting);
      });
    },
  };
}

function unavailable(cause: unknown): Error {
  const text =
    'The request cannot be recorded in the audit trail at the moment, so it is not answered; try again shortly.';
  return fault('audit.unavailable', 503, 'transient', text, undefined, { cause, headers: { 'Retry-After': '1' } });
}
