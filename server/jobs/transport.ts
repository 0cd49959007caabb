import type { DueJob } from './ledger.ts';

/**
 * How processes learn of jobs that are due. Messages may be lost, and come more than once: what becomes of a job is decided
 * by the ledger alone.
 */
export interface JobTransport {
  /** Tells that jobs are due; rejects when that is not possible now. */
  hand(jobs: readonly DueJob[]): Promise<void>;
  /**
   * Calls `run` with ids of the queue's jobs, higher priority first, for at most `concurrency` at once.
   * @param run never rejects; takes as long as the job
   */
  work(queue: string, concurrency: number, run: (id: string) => Promise<void>): Promise<void>;
  /** Jobs wait in these queues: for transports to which nobody calls. */
  look(queues: readonly string[]): void;
  /** Takes no further messages. */
  pause(): Promise<void>;
  close(): Promise<void>;
}
