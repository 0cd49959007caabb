import type { Worker } from 'node:worker_threads';
import { compileBot, type CompileSource } from './compile.ts';
import { DEFAULT_LIMITS, limitsWithin, type Limits } from './limits.ts';
import { createPool, type BotPool, type PooledRun } from './pool.ts';
import type { RunEnd } from './protocol.ts';

export interface RuntimeOptions {
  /** Threads of this process that run bots. */
  readonly threads: number;
  startThread(): Worker;
  /** The most that a run may use. Default: {@link DEFAULT_LIMITS}. */
  readonly limits?: Limits;
  onError(error: unknown): void;
}

export interface Runtime extends Pick<BotPool, 'state' | 'close'> {
  compile(source: CompileSource): Promise<string>;
  run(run: Omit<PooledRun, 'limits'> & { readonly limits: Partial<Limits> }): Promise<RunEnd>;
}

/** Runs the bots of customers; the port of server/bots. */
export function openRuntime({ threads, startThread, limits = DEFAULT_LIMITS, onError }: RuntimeOptions): Runtime {
  const pool = createPool({ size: threads, startThread, onError });
  return {
    compile: compileBot,
    run: (run) => pool.run({ ...run, limits: limitsWithin(limits, run.limits) }),
    state: () => pool.state(),
    close: () => pool.close(),
  };
}
