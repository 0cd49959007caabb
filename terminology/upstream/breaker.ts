import { fault } from '../../server/kernel/fault.ts';

/** Failures in a row after which a server is left alone. */
const MOST_FAILURES = 3;
/** Milliseconds for which it is left alone. */
const REST = 30_000;

export interface Breaker {
  /**
   * Runs work unless too much of it has failed lately.
   * @throws Fault `terminology.upstream` 503 instead of whatever the work throws
   */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Keeps a server that does not answer from holding up everybody who asks. */
export function createBreaker(name: string, now: () => number): Breaker {
  let failures = 0;
  let restsUntil = 0;
  const down = (cause?: unknown): Error => {
    const text = `The terminology server ${name} does not answer; what it holds is not known now. Try again later.`;
    const headers = { 'Retry-After': String(REST / 1000) };
    return fault('terminology.upstream', 503, 'transient', text, undefined, { cause, headers });
  };
  return {
    async run(work) {
      if (now() < restsUntil) throw down();
      try {
        const result = await work();
        failures = 0;
        return result;
      } catch (cause) {
        failures += 1;
        // After a rest one failure is enough for the next one.
        if (failures >= MOST_FAILURES) restsUntil = now() + REST;
        throw down(cause);
      }
    },
  };
}
