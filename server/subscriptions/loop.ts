export interface LoopOptions {
  /** @returns ms until the next turn */
  run(): Promise<number>;
  /** Milliseconds until the next turn after one that failed. */
  readonly retry: number;
  onError(error: unknown): void;
}

/** Work that is done again and again, never twice at a time; it does not keep a process alive. */
export interface Loop {
  /** The next turn comes at once. */
  wake(): void;
  /** Waits for the turn under way. */
  close(): Promise<void>;
}

/** The same failure again (the database is away) is told once in that time; ms. */
const QUIET = 60_000;

export function createLoop({ run, retry, onError }: LoopOptions): Loop {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let wakings = 0;
  let isClosed = false;
  let told = -Infinity;

  async function turn(): Promise<void> {
    let pause = retry;
    const before = wakings;
    try {
      pause = await run();
      told = -Infinity;
    } catch (error) {
      if (performance.now() - told > QUIET) {
        told = performance.now();
        onError(error);
      }
    }
    running = undefined;
    if (!isClosed) timer = setTimeout(start, wakings === before ? pause : 0).unref();
  }

  function start(): void {
    running = turn();
  }

  start();
  return {
    wake() {
      wakings += 1;
      if (isClosed || running !== undefined) return;
      clearTimeout(timer);
      start();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
