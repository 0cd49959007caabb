import type { Loop } from '../../../server/kernel/every.ts';

/** Work that is done again and again, and at once when something calls for it. */
export interface WakeableLoop extends Loop {
  /** The next run begins as soon as none is under way. */
  wake(): void;
}

/**
 * Runs at once and then again and again, never twice at a time; it keeps no process alive.
 * @param pause ms between the end of one run and the beginning of the next, where nobody wakes it
 * @param onError told of the first of several failures in a row
 */
export function wakeableLoop(pause: number, run: () => Promise<void>, onError: (error: unknown) => void): WakeableLoop {
  let isStopped = false;
  let isWoken = false;
  let rouse = (): void => undefined;
  async function turns(): Promise<void> {
    for (let isFailing = false; !isStopped;) {
      isWoken = false;
      try {
        await run();
        isFailing = false;
      } catch (error) {
        if (!isFailing) onError(error);
        isFailing = true;
      }
      await rest();
    }
  }
  function rest(): Promise<void> {
    if (isWoken || isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pause).unref();
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
  const running = turns();
  const wake = (): void => {
    isWoken = true;
    rouse();
  };
  return {
    wake,
    async stop() {
      isStopped = true;
      wake();
      await running;
    },
  };
}
