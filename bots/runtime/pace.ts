import type { BusyClock } from './busy-clock.ts';

/** Milliseconds in which a bot computes in one piece, and for which it then leaves the processor to others. */
const STRETCH = 1;
const PAUSE = 3;
/** Milliseconds that a thread that has been idle for long enough may compute without a pause: most bots need no more. */
const CREDIT = 10;

/**
 * Keeps bots that compute without end from holding a processor. A low priority alone does not: schedulers let what runs
 * run on for some milliseconds, and each answer of the server waits for a processor several times.
 */
export interface Pace {
  /** To be called when a stretch of computing begins, and ends. */
  start(): void;
  stop(): void;
  /** To be called often while it lasts. @param clock does not count the pause */
  check(clock: Pick<BusyClock, 'start' | 'stop'>): void;
}

export interface PaceTime {
  /** Milliseconds. */
  now(): number;
  sleep(ms: number): void;
}

/** The pace of one thread, for all of its runs. */
export function createPace({ now, sleep }: PaceTime = threadTime()): Pace {
  let credit = CREDIT;
  /** Since when it computes, or does not. */
  let since = now();

  function elapsed(): number {
    const before = since;
    since = now();
    return since - before;
  }

  const earn = (idle: number): void => void (credit = Math.min(CREDIT, credit + (idle * STRETCH) / PAUSE));
  const spend = (busy: number): void => void (credit = Math.max(0, credit - busy));

  return {
    start: () => earn(elapsed()),
    stop: () => spend(elapsed()),
    check(clock) {
      if (now() - since < STRETCH) return;
      spend(elapsed());
      if (credit > 0) return;
      clock.stop();
      sleep(PAUSE);
      clock.start();
      elapsed();
    },
  };
}

function threadTime(): PaceTime {
  const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  return { now: () => performance.now(), sleep: (ms) => void Atomics.wait(never, 0, 0, ms) };
}
