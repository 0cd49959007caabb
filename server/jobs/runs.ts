import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '../kernel/fault.ts';
import type { Db } from '../storage/db.ts';
import type { JobHandler, JobProgress } from './job-queue.ts';
import {
  claimJob,
  completeJob,
  failJob,
  giveBack,
  heldRuns,
  noteProgress,
  renewLeases,
  type RunKey,
} from './ledger.ts';

export interface RunsOptions {
  readonly db: Db;
  /** How long this process may be silent before others take its jobs, ms. */
  readonly lease: number;
  /** Longest pause before the second attempt, ms; each further one is four times as long. */
  readonly firstPause: number;
  onError(error: unknown): void;
}

/** The jobs that this process runs. */
export interface Runs {
  /** Runs a job unless somebody else has it. Never rejects. */
  run(id: string, handler: JobHandler): Promise<void>;
  /** Tells runs that were cancelled or have lost their job; keeps the others' leases alive. To be called every second. */
  check(): Promise<void>;
  /** Aborts all runs and waits for them, 5 s at most. */
  close(): Promise<void>;
}

interface Running {
  readonly key: RunKey;
  readonly abort: AbortController;
  /** When the ledger was last known to have it, as of performance.now(). */
  held: number;
  renewed: number;
}

const PATIENCE = 5000;
const LONGEST_PAUSE = 3_600_000;
/** Progress is kept at most so often, ms. */
const PROGRESS = 250;
/** Pauses before the end of a run is written again, while the database does not answer; ms. */
const WRITE_AGAIN = [0, 500, 2000];

export function createRuns({ db, lease, firstPause, onError }: RunsOptions): Runs {
  const running = new Map<string, Running>();
  const ending = new Set<Promise<void>>();
  let isClosed = false;

  async function run(id: string, handler: JobHandler): Promise<void> {
    const key: RunKey = { id, run: randomUUID() };
    const claimed = await claimJob(db, key, { lease });
    if (claimed === undefined) return;
    const { job } = claimed;
    if (isClosed) {
      await settle(() => giveBack(db, key));
      return;
    }
    const abort = new AbortController();
    const now = performance.now();
    running.set(key.run, { key, abort, held: now, renewed: now });
    let failure: { readonly error: unknown } | undefined;
    try {
      await handler({ job, signal: abort.signal, progress: progressOf(key) });
    } catch (error) {
      failure = { error };
    } finally {
      running.delete(key.run);
    }
    await settle(() => {
      if (failure === undefined) return completeJob(db, key);
      if (isClosed && abort.signal.aborted) return giveBack(db, key);
      return failJob(db, key, reasonOf(failure.error), pauseAfter(job.attempt));
    });
    if (failure !== undefined && !abort.signal.aborted && !(failure.error instanceof Fault)) onError(failure.error);
  }

  function progressOf(key: RunKey): (progress: JobProgress) => Promise<void> {
    let last = -Infinity;
    return async (progress) => {
      if (performance.now() - last < PROGRESS && progress.done !== progress.total) return;
      last = performance.now();
      await noteProgress(db, key, progress);
    };
  }

  /** With jitter, so that what failed together does not come back together. */
  function pauseAfter(attempt: number): number {
    return Math.min(LONGEST_PAUSE, firstPause * 4 ** (attempt - 1)) * (0.5 + Math.random() / 2);
  }

  /** Should it not succeed, the lease ends by itself and the job is run again. */
  async function settle(write: () => Promise<void>): Promise<void> {
    let last: unknown;
    for (const pause of WRITE_AGAIN) {
      try {
        await delay(pause);
        await write();
        return;
      } catch (error) {
        last = error;
      }
    }
    onError(last);
  }

  async function look(): Promise<void> {
    const all = [...running.values()];
    if (all.length === 0) return;
    const asked = performance.now();
    const held = new Map(
      (
        await heldRuns(
          db,
          all.map(({ key }) => key),
        )
      ).map((one) => [one.run, one.isCancelled]),
    );
    for (const one of all) {
      const isCancelled = held.get(one.key.run);
      if (isCancelled === false) one.held = asked;
      else one.abort.abort(new Error(isCancelled === true ? 'The job was cancelled.' : 'Another process has the job.'));
    }
    const due = all.filter(({ renewed }) => asked - renewed >= lease / 3);
    if (due.length === 0) return;
    await renewLeases(
      db,
      due.map(({ key }) => key),
      { lease },
    );
    for (const one of due) one.renewed = asked;
  }

  return {
    run(id, handler) {
      const done = run(id, handler).catch(onError);
      ending.add(done);
      return done.finally(() => ending.delete(done));
    },
    async check() {
      try {
        await look();
      } finally {
        // Also while the database does not answer: by then somebody else may have the job.
        for (const { held, abort } of running.values()) {
          if (performance.now() - held > lease) abort.abort(new Error('The lease of the job has ended.'));
        }
      }
    },
    async close() {
      isClosed = true;
      for (const { abort } of running.values()) abort.abort(new Error('The process shuts down.'));
      await Promise.race([Promise.all(ending), delay(PATIENCE, undefined, { ref: false })]);
    },
  };
}

/** By its code: texts may quote what somebody sent, and are in the log where they are wanted. */
function reasonOf(error: unknown): string {
  return error instanceof Fault ? error.code : error instanceof Error ? error.name : 'unknown';
}
