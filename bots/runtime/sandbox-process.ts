import type { ChildProcess } from 'node:child_process';
import { GRACE } from './limits.ts';
import type { PooledRun } from './pool.ts';
import type { FromProcess, RunEnd, ToProcess } from './protocol.ts';

export interface SandboxProcessOptions {
  startProcess(): ChildProcess;
  /** What ended the process or a thread of it that was not told to end. */
  onError(error: unknown): void;
}

/** The process in which bots run; the first run after its end starts another one. */
export interface SandboxProcess {
  /** Resolves when the run has ended, also with the process: `crashed`. */
  run(run: PooledRun): Promise<RunEnd>;
  /** Undefined while there is none. */
  pid(): number | undefined;
  /** Ends it and what it runs. */
  close(): Promise<void>;
}

interface Running {
  readonly run: PooledRun;
  /** Ends a process that does not watch its runs any more. */
  readonly overdue: NodeJS.Timeout;
  calls: number;
  resolve(end: RunEnd): void;
}

interface Started {
  readonly child: ChildProcess;
  readonly runs: Map<number, Running>;
  readonly exited: Promise<void>;
}

/** How long a process may keep an end to itself; ms. */
const SILENCE = 10_000;

export function openSandboxProcess({ startProcess, onError }: SandboxProcessOptions): SandboxProcess {
  let started: Started | undefined;
  let lastRun = 0;
  let isClosed = false;

  function start(): Started {
    const child = startProcess();
    const exited = new Promise<void>((resolve) => {
      const over = (reason: string): void => {
        if (started === own) started = undefined;
        if (!isClosed) onError(new Error(`the process of bots ended (${reason}); the next run starts another one`));
        for (const id of [...own.runs.keys()]) finish(own, id);
        resolve();
      };
      child.once('exit', (code, signal) => over(signal ?? String(code)));
      // It could not be started, or not be ended.
      child.on('error', (error) => {
        if (child.pid === undefined) over(error.message);
      });
    });
    const own: Started = { child, runs: new Map(), exited };
    child.on('message', (message: FromProcess) => {
      if (message.kind === 'error') onError(new Error(message.text));
      else if (message.kind === 'call') void answer(own, message);
      else finish(own, message.run, message.end);
    });
    // It keeps no process alive that has nothing else to do.
    child.unref();
    child.channel?.unref();
    return own;
  }

  async function answer(
    { child, runs }: Started,
    { run, call, name, text }: Extract<FromProcess, { kind: 'call' }>,
  ): Promise<void> {
    const running = runs.get(run);
    if (running === undefined) return;
    running.calls += 1;
    const given = await running.run.call(name, text);
    if (runs.has(run)) tell(child, { kind: 'answer', run, call, ...given });
  }

  /** @param end undefined: it ended with its process */
  function finish({ runs }: Started, id: number, end?: RunEnd): void {
    const running = runs.get(id);
    if (running === undefined) return;
    runs.delete(id);
    clearTimeout(running.overdue);
    running.resolve(end ?? crashed(running.calls));
  }

  return {
    run(run) {
      if (isClosed) return Promise.resolve(crashed(0));
      started ??= start();
      const { child, runs } = started;
      lastRun += 1;
      const id = lastRun;
      const { code, event, limits, now } = run;
      return new Promise((resolve) => {
        const overdue = setTimeout(() => child.kill('SIGKILL'), limits.wall + GRACE + SILENCE).unref();
        runs.set(id, { run, overdue, calls: 0, resolve });
        tell(child, { kind: 'run', run: id, request: { code, event, limits, now } });
      });
    },
    pid: () => started?.child.pid,
    async close() {
      isClosed = true;
      const last = started;
      last?.child.kill('SIGKILL');
      await last?.exited;
    },
  };
}

/** What is told to a process that has ended is lost with it: its end is seen by itself. */
function tell(child: ChildProcess, message: ToProcess): void {
  child.send(message, () => undefined);
}

export function crashed(hostCalls: number): RunEnd {
  return { outcome: 'failure', failure: 'crashed', cpu: 0, hostCalls, log: [] };
}
