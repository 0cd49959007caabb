import { setTimeout as pause } from 'node:timers/promises';

/** The turns of the calls of one run, so that it takes no more of the server than a few clients. */
export interface CallTurns {
  /** Does the work when its turn comes; never settles when the run is over by then. */
  take<T>(work: () => Promise<T>): Promise<T>;
  /** The run is over: what waits for its turn is not done. */
  end(): void;
}

/** Calls of one run at once. */
const AT_ONCE = 4;
/**
 * The first calls of a run are answered as fast as they can be. Further ones go one by one, and after each the run waits so
 * many times as long as it took, at most so many milliseconds: what a bot asks for in a loop leaves the server to others.
 */
const PROMPT = 8;
const PAUSE = 7;
const LONGEST_PAUSE = 200;

export function createCallTurns(): CallTurns {
  const queue: (() => void)[] = [];
  let running = 0;
  let begun = 0;
  let isOver = false;

  function dispatch(): void {
    while (!isOver && running < (begun < PROMPT ? AT_ONCE : 1)) {
      const next = queue.shift();
      if (next === undefined) return;
      running += 1;
      begun += 1;
      next();
    }
  }

  async function timed<T>(work: () => Promise<T>): Promise<T> {
    const isPrompt = begun <= PROMPT;
    const started = performance.now();
    try {
      return await work();
    } finally {
      const pauses = isPrompt ? 0 : Math.min(LONGEST_PAUSE, PAUSE * (performance.now() - started));
      if (pauses > 0 && !isOver) await pause(pauses);
    }
  }

  return {
    async take(work) {
      await new Promise<void>((resolve) => {
        if (!isOver) queue.push(resolve);
        dispatch();
      });
      try {
        return await timed(work);
      } finally {
        running -= 1;
        dispatch();
      }
    },
    end() {
      isOver = true;
      queue.length = 0;
    },
  };
}
