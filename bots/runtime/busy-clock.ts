import { ownThread, threadCpu } from './thread-cpu.ts';

/**
 * How long a thread has computed for a run, readable from outside while it computes: some functions of the language
 * (`indexOf` of an object with a length of 2^53) look at nothing until they end, so that only the thread's end ends them.
 * What counts is the time that it had a processor, where the system tells; otherwise the time by the clock.
 */
export interface BusyClock {
  /** To be called by the thread before a stretch of computing. */
  start(): void;
  stop(): void;
  /** Whether it has computed for more than so many milliseconds. */
  isOver(limit: number): boolean;
  /** Milliseconds. */
  used(): number;
}

// Cells of the shared memory; times in microseconds. The thread's own: 0 is none.
const BUSY_SINCE = 0;
const BUSY = 1;
const THREAD = 2;
const CPU_BEFORE = 3;
const CELLS = 4;

/** Asking the system costs more than the rest of a look; ms. */
const LOOK = 5;

/** @param memory from {@link newClockMemory}, shared by thread and watcher */
export function busyClock(memory: SharedArrayBuffer): BusyClock {
  const cells = new BigInt64Array(memory);
  // The clock of the process, so that threads may compare it.
  const micros = (): bigint => process.hrtime.bigint() / 1000n;
  let nextLook = 0;

  /** Never less than the time that it had a processor. */
  function byClock(): number {
    const since = Atomics.load(cells, BUSY_SINCE);
    const running = since === 0n ? 0n : micros() - since;
    return Number(Atomics.load(cells, BUSY) + running) / 1000;
  }

  function byProcessor(): number | undefined {
    const thread = Number(Atomics.load(cells, THREAD));
    const now = thread === 0 ? undefined : threadCpu(thread);
    return now === undefined ? undefined : now - Number(Atomics.load(cells, CPU_BEFORE)) / 1000;
  }

  return {
    start() {
      if (Atomics.load(cells, THREAD) === 0n) noteThread(cells);
      Atomics.store(cells, BUSY_SINCE, micros());
    },
    stop() {
      const since = Atomics.exchange(cells, BUSY_SINCE, 0n);
      if (since !== 0n) Atomics.add(cells, BUSY, micros() - since);
    },
    isOver(limit) {
      const clock = byClock();
      if (clock <= limit || clock < nextLook) return false;
      const processor = byProcessor();
      if (processor === undefined || processor > limit) return true;
      nextLook = clock + Math.max(LOOK, limit - processor);
      return false;
    },
    used: () => Math.min(byClock(), byProcessor() ?? Infinity),
  };
}

function noteThread(cells: BigInt64Array): void {
  const thread = ownThread();
  const before = thread === undefined ? undefined : threadCpu(thread);
  if (thread === undefined || before === undefined) return;
  Atomics.store(cells, CPU_BEFORE, BigInt(Math.floor(before * 1000)));
  Atomics.store(cells, THREAD, BigInt(thread));
}

export function newClockMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(CELLS * BigInt64Array.BYTES_PER_ELEMENT);
}
