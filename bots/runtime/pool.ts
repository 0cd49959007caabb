import type { Worker } from 'node:worker_threads';
import { busyClock, newClockMemory, type BusyClock } from './busy-clock.ts';
import { GRACE } from './limits.ts';
import type { FromThread, RunEnd, RunRequest, ToThread } from './protocol.ts';

export interface PooledRun extends RunRequest {
  /** What the bot asks of the server, in JSON texts; of an error with code, status and text. Never rejects. */
  call(name: string, text: string): Promise<CallAnswer>;
}

export interface CallAnswer {
  readonly isError: boolean;
  readonly text: string;
}

export interface BotPool {
  /** Resolves when the run has ended, whatever it does: at most {@link GRACE} ms after its limits. */
  run(run: PooledRun): Promise<RunEnd>;
}

export interface PoolOptions {
  /** Threads at most; the first run starts the first one. Further runs wait. */
  readonly size: number;
  startThread(): Worker;
  /** What ended a thread that was not told to end. */
  onError(error: unknown): void;
}

/** How often running threads are looked at; ms. */
const WATCH = 40;
/** How long a thread may take to do as it is told before it is ended; ms. */
const PATIENCE = GRACE - 2 * WATCH;

interface Waiting {
  readonly run: PooledRun;
  resolve(end: RunEnd): void;
}

interface Running extends Waiting {
  readonly id: number;
  readonly clock: BusyClock;
  readonly started: number;
  isStopped: boolean;
  calls: number;
}

interface Thread {
  readonly worker: Worker;
  current: Running | undefined;
  isGone: boolean;
}

export function createPool({ size, startThread, onError }: PoolOptions): BotPool {
  const threads = new Set<Thread>();
  const waiting: Waiting[] = [];
  let lastRun = 0;
  let watch: NodeJS.Timeout | undefined;

  function dispatch(): void {
    for (;;) {
      const [first] = waiting;
      const thread = first === undefined ? undefined : (idleThread() ?? newThread());
      if (first === undefined || thread === undefined) return;
      waiting.shift();
      begin(thread, first);
    }
  }

  function idleThread(): Thread | undefined {
    return [...threads].find(({ current, isGone }) => current === undefined && !isGone);
  }

  function newThread(): Thread | undefined {
    if (threads.size >= size) return undefined;
    const thread: Thread = { worker: startThread(), current: undefined, isGone: false };
    threads.add(thread);
    const { worker } = thread;
    worker.on('message', (message: FromThread) => {
      if (message.run !== thread.current?.id) return;
      if (message.kind === 'call') answer(thread, message);
      else finish(thread, message.end);
    });
    worker.on('error', (error) => {
      onError(error);
      end(thread, 'crashed');
    });
    worker.on('exit', () => end(thread, 'crashed'));
    return thread;
  }

  function begin(thread: Thread, { run, resolve }: Waiting): void {
    lastRun += 1;
    const memory = newClockMemory();
    const { code, event, limits, now } = run;
    thread.current = {
      run,
      resolve,
      id: lastRun,
      clock: busyClock(memory),
      started: performance.now(),
      isStopped: false,
      calls: 0,
    };
    tell(thread, { kind: 'run', run: lastRun, request: { code, event, limits, now }, clock: memory });
    watch ??= setInterval(look, WATCH).unref();
  }

  function tell({ worker }: Thread, message: ToThread): void {
    worker.postMessage(message);
  }

  function answer(thread: Thread, { run, call, name, text }: Extract<FromThread, { kind: 'call' }>): void {
    const { current } = thread;
    if (current === undefined) return;
    current.calls += 1;
    const give = (given: CallAnswer): void => {
      if (thread.current?.id === run) tell(thread, { kind: 'answer', run, call, ...given });
    };
    current.run.call(name, text).then(give, (error: unknown) => {
      onError(error);
      end(thread, 'crashed');
    });
  }

  function look(): void {
    for (const thread of threads) {
      const { current } = thread;
      if (current === undefined) continue;
      const { limits } = current.run;
      const wall = performance.now() - current.started;
      if (current.clock.isOver(limits.cpu + PATIENCE)) end(thread, 'cpu');
      else if (wall > limits.wall + PATIENCE) end(thread, 'wall');
      else if (wall > limits.wall && !current.isStopped) {
        current.isStopped = true;
        tell(thread, { kind: 'stop', run: current.id });
      }
    }
    if ([...threads].every(({ current }) => current === undefined)) {
      clearInterval(watch);
      watch = undefined;
    }
  }

  /** Ends a thread that does not end its run; another takes its place. */
  function end(thread: Thread, failure: 'cpu' | 'wall' | 'crashed'): void {
    if (!thread.isGone) {
      thread.isGone = true;
      void thread.worker.terminate().then(() => {
        threads.delete(thread);
        dispatch();
      });
    }
    const { current } = thread;
    if (current === undefined) return;
    finish(thread, {
      outcome: 'failure',
      failure,
      cpu: current.clock.used(),
      hostCalls: current.calls,
      log: [],
    });
  }

  function finish(thread: Thread, result: RunEnd): void {
    const { current } = thread;
    thread.current = undefined;
    current?.resolve(result);
    dispatch();
  }

  return {
    run: (run) =>
      new Promise((resolve) => {
        waiting.push({ run, resolve });
        dispatch();
      }),
  };
}
