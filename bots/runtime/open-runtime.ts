import type { ChildProcess } from 'node:child_process';
import { fault } from '../../server/kernel/fault.ts';
import { compileBot, type CompileSource } from './compile.ts';
import { DEFAULT_LIMITS, limitsWithin, type Limits } from './limits.ts';
import type { PooledRun } from './pool.ts';
import type { RunEnd } from './protocol.ts';
import { crashed, openSandboxProcess } from './sandbox-process.ts';
import { createTurns } from './turns.ts';

export interface RuntimeOptions {
  /** Runs at once, each in a thread of the process of bots. */
  readonly threads: number;
  startProcess(threads: number): ChildProcess;
  /** The most that a run may use. Default: {@link DEFAULT_LIMITS}. */
  readonly limits?: Limits;
  onError(error: unknown): void;
}

export interface RuntimeRun extends Omit<PooledRun, 'limits'> {
  /** Whose turn it uses: they take turns. */
  readonly tenant: number;
  readonly limits: Partial<Limits>;
}

export interface Runtime {
  compile(source: CompileSource): Promise<string>;
  /**
   * Resolves when the run has ended, whatever it does: at most GRACE (limits.ts) after its limits, or with its process.
   * @throws Fault `bot.busy` 503 when too many wait, `bot.off` 501 without threads
   */
  run(run: RuntimeRun): Promise<RunEnd>;
  /** Runs under way, runs that wait, and the process in which they run; undefined while there is none. */
  state(): { readonly running: number; readonly waiting: number; readonly pid: number | undefined };
  /** Ends all runs. */
  close(): Promise<void>;
}

interface Waiting {
  readonly run: PooledRun;
  resolve(end: RunEnd): void;
}

const MAX_WAITING = 1000;

/** Runs the bots of customers; the port of server/bots. */
export function openRuntime({ threads, startProcess, limits = DEFAULT_LIMITS, onError }: RuntimeOptions): Runtime {
  const sandboxes = openSandboxProcess({ startProcess: () => startProcess(threads), onError });
  const turns = createTurns<Waiting>();
  let running = 0;
  let isClosed = false;

  function dispatch(): void {
    while (running < threads) {
      const next = turns.next();
      if (next === undefined) return;
      running += 1;
      void sandboxes.run(next.run).then((end) => {
        running -= 1;
        next.resolve(end);
        dispatch();
      });
    }
  }

  return {
    compile: compileBot,
    run({ tenant, ...run }) {
      if (threads === 0)
        return Promise.reject(fault('bot.off', 501, 'not-supported', 'This server runs no bots (BOT_THREADS is 0).'));
      if (isClosed || turns.waiting >= MAX_WAITING) {
        const text = 'Too many bots are waiting for their turn; try again shortly.';
        return Promise.reject(
          fault('bot.busy', 503, 'transient', text, undefined, { headers: { 'Retry-After': '1' } }),
        );
      }
      return new Promise((resolve) => {
        turns.add(tenant, { run: { ...run, limits: limitsWithin(limits, run.limits) }, resolve });
        dispatch();
      });
    },
    state: () => ({ running, waiting: turns.waiting, pid: sandboxes.pid() }),
    async close() {
      isClosed = true;
      for (let next = turns.next(); next !== undefined; next = turns.next()) next.resolve(crashed(0));
      await sandboxes.close();
    },
  };
}
