import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten';
import type { BusyClock } from './busy-clock.ts';
import { MAX_LOG_LINE, MAX_LOG_LINES, MAX_SENT, MAX_TEXT } from './limits.ts';
import type { Machine } from './machine.ts';
import type { Pace } from './pace.ts';
import type { BotError, Failure, LogLine, RunEnd, RunRequest } from './protocol.ts';

/** Where a run's calls go, and its end. */
export interface SandboxHost {
  call(call: number, name: string, text: string): void;
  newId(): string;
  end(end: RunEnd): void;
  /** Comes behind the end: the machine is as new, or must not be used again. */
  leave(isReset: boolean): void;
}

/** A run under way. */
export interface Sandbox {
  answer(call: number, isError: boolean, text: string): void;
  /** Ends it where it stands: its time is over. */
  stop(): void;
}

/** As codes of faults are written. */
const CODE = /^[a-z]{1,30}\.[A-Za-z]{1,40}$/;

/** Jobs of promises between two looks at the limits. */
const JOBS = 64;

/**
 * Runs a bot in a virtual machine that is as new, and is put back to that at the end. The machine has the language and nothing
 * else: no timers, no modules, no files, no network; what it can do beyond is in client.ts.
 */
export function startSandbox(
  machine: Machine,
  { code, event, limits, now }: RunRequest,
  clock: BusyClock,
  pace: Pace,
  host: SandboxHost,
): Sandbox {
  const started = performance.now();
  const log: LogLine[] = [];
  const waiting = new Set<number>();
  let calls = 0;
  let sent = 0;
  let failure: Failure | undefined;
  let error: BotError | undefined;
  let result: { readonly text: string } | undefined;
  let isOver = false;
  let isBroken = false;
  const { context, runtime } = machine;

  function note(level: string, text: string): void {
    if (log.length > MAX_LOG_LINES) return;
    const isLast = log.length === MAX_LOG_LINES;
    const known = level === 'warn' || level === 'error' ? level : 'info';
    log.push({ level: known, text: isLast ? 'Further lines were dropped.' : text.slice(0, MAX_LOG_LINE) });
  }

  function called(name: string, text: string): number {
    calls += 1;
    sent += text.length;
    if (calls > limits.hostCalls) failure ??= 'host-calls';
    else if (text.length > MAX_TEXT || sent > MAX_SENT) failure ??= 'too-large';
    else {
      waiting.add(calls);
      host.call(calls, name, text);
    }
    return calls;
  }

  function threw(name: string, message: string, stack: string, code = ''): void {
    failure ??= kindOf(name, message);
    const known = CODE.test(code) ? { code } : {};
    error ??= { name: name.slice(0, 100), ...known, message: message.slice(0, 1000), places: placesIn(stack) };
  }

  /** The value of what was run in the machine; undefined when it threw. */
  function valueOf(answer: ReturnType<QuickJSContext['evalCode']>): QuickJSHandle | undefined {
    if (answer.error === undefined) return answer.value;
    const thrown = answer.error.consume((handle): unknown => context.dump(handle));
    const { name, message, stack } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Partial<Error>;
    threw(name ?? '', message ?? '', stack ?? '');
    return undefined;
  }

  function load(): void {
    valueOf(context.evalCode(code, 'bot.js', { type: 'global' }))?.dispose();
    if (failure === 'error') failure = 'load';
    if (failure !== undefined) return;
    const main = valueOf(context.evalCode('bot.default', 'bot.js', { type: 'global' }));
    if (main === undefined) return;
    const given = event === undefined ? context.undefined : context.newString(event);
    const isStarted = valueOf(context.callFunction(machine.start, context.undefined, main, given));
    if (isStarted !== undefined && context.dump(isStarted) !== true) {
      failure ??= 'load';
      error ??= { name: 'TypeError', message: 'The module has no function as its default export.', places: [] };
    }
    for (const handle of [isStarted, given, main]) if (handle?.alive === true) handle.dispose();
  }

  /** A stretch of computing, and what comes of it. */
  function compute(work: () => void): void {
    if (isOver) return;
    clock.start();
    pace.start();
    try {
      work();
      while (failure === undefined && runtime.hasPendingJob()) {
        const done = runtime.executePendingJobs(JOBS);
        if (done.error !== undefined) valueOf(done);
      }
    } catch {
      // Native recursion deeper than the thread's stack: the machine is left in the middle of something, beside its memory.
      isBroken = true;
      failure ??= 'stack';
    }
    pace.stop();
    clock.stop();
    if (failure === undefined && result === undefined && event !== undefined && waiting.size === 0) failure = 'stalled';
    if (failure !== undefined || result !== undefined || event === undefined) finish();
  }

  function finish(): void {
    isOver = true;
    const use = { cpu: clock.used(), hostCalls: Math.min(calls, limits.hostCalls), log };
    if (result !== undefined && result.text.length > MAX_TEXT) failure ??= 'too-large';
    host.end(
      failure === undefined
        ? { ...use, outcome: 'success', result: result === undefined || result.text === '' ? undefined : result.text }
        : { ...use, outcome: 'failure', failure, ...(error === undefined ? {} : { error }) },
    );
    host.leave(!isBroken && machine.reset());
  }

  machine.serve({
    call: called,
    log: note,
    now: () => now + Math.round(performance.now() - started),
    newId: host.newId,
    done(text) {
      result = { text };
    },
    fail: threw,
    isOver() {
      if (clock.isOver(limits.cpu)) failure ??= 'cpu';
      else if (performance.now() - started > limits.wall) failure ??= 'wall';
      else pace.check(clock);
      return failure !== undefined;
    },
  });
  compute(load);
  return {
    answer(call, isError, text) {
      if (!waiting.delete(call) || isOver) return;
      compute(() => {
        const args = [context.newNumber(call), isError ? context.true : context.false, context.newString(text)];
        valueOf(context.callFunction(machine.settle, context.undefined, ...args))?.dispose();
        for (const handle of args) if (handle.alive) handle.dispose();
      });
    },
    stop() {
      compute(() => {
        failure ??= 'wall';
      });
    },
  };
}

function kindOf(name: string, message: string): Failure {
  // Without memory there is none for the error either.
  if (name === '' && message === '') return 'memory';
  if (name !== 'InternalError') return 'error';
  if (message === 'out of memory') return 'memory';
  return message === 'stack overflow' ? 'stack' : 'error';
}

/** Only where, and nothing that the bot wrote: a name of a function may hold anything. */
function placesIn(stack: string): readonly string[] {
  return [...stack.matchAll(/\bbot\.js:\d{1,7}(?::\d{1,7})?/g)].slice(0, 5).map(([place]) => place);
}
