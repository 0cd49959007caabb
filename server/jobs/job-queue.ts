import type { JsonObject } from '../kernel/json.ts';
import type { Queryable } from '../storage/db.ts';

/** Work that is done outside of a request, by whichever process is free; at least once. */
export interface NewJob {
  /** Name of a queue that {@link JobQueue.work} serves: up to 48 of a-z, 0-9 and `-`. */
  readonly queue: string;
  readonly tenant: number;
  /** At most 64 KB of JSON, kept as it is: data of patients belong where they are protected, and are only named here. */
  readonly payload: JsonObject;
  /** While a job of the queue with this key waits or runs, no second one is added: its id is answered instead. */
  readonly key?: string;
  /** Not before so many ms have passed. */
  readonly delay?: number;
  /** Higher first, -1000 to 1000; default 0. */
  readonly priority?: number;
  /** Attempts before it is a dead letter; default 5, with growing pauses and jitter. */
  readonly attempts?: number;
}

/** Of {@link NewJob.attempts}. */
export const ATTEMPTS = 5;

/** `dead`: every attempt failed; it waits for somebody to retry or drop it. */
export type JobState = 'waiting' | 'active' | 'completed' | 'dead' | 'cancelled';

export interface Job {
  readonly id: string;
  readonly queue: string;
  readonly tenant: number;
  readonly payload: JsonObject;
  readonly state: JobState;
  readonly attempt: number;
  readonly progress: JobProgress | undefined;
  /** What went wrong last; without data of patients. */
  readonly error: string | undefined;
  /** Milliseconds. */
  readonly created: number;
  readonly started: number | undefined;
  readonly finished: number | undefined;
}

export interface JobProgress {
  readonly done: number;
  readonly total?: number;
  readonly text?: string;
}

/** A job while it runs. Its lease is kept alive by itself; when the process dies, another takes the job over. */
export interface JobRun {
  readonly job: Job;
  /** Aborted when the job is cancelled, when the lease is lost, and when the process shuts down. */
  readonly signal: AbortSignal;
  progress(progress: JobProgress): Promise<void>;
}

/** Resolves: completed. Rejects: another attempt, or a dead letter after the last. */
export type JobHandler = (run: JobRun) => Promise<void>;

export interface JobSchedule {
  /** Unique; the same name again replaces it. */
  readonly name: string;
  readonly queue: string;
  readonly tenant: number;
  readonly payload: JsonObject;
  /** Five fields. Of times that were missed while nobody ran, the last one is made up for. */
  readonly cron: string;
  /** IANA time zone. */
  readonly zone: string;
}

export interface JobFilter {
  readonly tenant?: number;
  readonly queue?: string;
  readonly state?: JobState;
  /** Newest first; default 100. */
  readonly limit?: number;
}

/**
 * The one port for background work. Over PostgreSQL by default, over Redis with REDIS_URL; both keep the same contract
 * (test/jobs). Jobs are on record in PostgreSQL in both cases: a Redis that was emptied loses none.
 */
export interface JobQueue {
  /**
   * @param within a transaction, which the job becomes part of: it begins soon after the commit
   * @returns the job's id
   */
  add(job: NewJob, within?: Queryable): Promise<string>;
  get(id: string): Promise<Job | undefined>;
  list(filter: JobFilter): Promise<readonly Job[]>;
  /** @returns whether it was waiting or running; a running one is told by its signal within a second, and ends by itself */
  cancel(id: string): Promise<boolean>;
  /** Gives a dead or cancelled job all its attempts again. */
  retry(id: string): Promise<boolean>;
  /** Cancels everything that waits. @returns how many */
  drain(queue: string, tenant?: number): Promise<number>;
  /** Serves a queue in this process. @param concurrency jobs at once in this process */
  work(queue: string, handler: JobHandler, options?: { readonly concurrency?: number }): Promise<void>;
  /** One instance of all processes adds a job at each time of the schedule. */
  schedule(schedule: JobSchedule): Promise<void>;
  unschedule(name: string): Promise<void>;
  /** Takes no new jobs, aborts the running ones, waits for them up to 5 s. */
  close(): Promise<void>;
}
