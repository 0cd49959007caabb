/** Work that is done again and again. */
export interface Loop {
  /** Ends what is under way. */
  stop(): Promise<void>;
}

/**
 * Runs at once and then again and again, never twice at a time; it keeps no process alive.
 * @param pause ms between the end of one run and the beginning of the next
 * @param onError told of the first of several failures in a row
 */
export function every(pause: number, run: () => Promise<void>, onError: (error: unknown) => void): Loop {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isFailing = false;
  let running = Promise.resolve();
  const turn = (): void => {
    running = run()
      .then(() => (isFailing = false))
      .catch((error: unknown) => {
        if (!isFailing) onError(error);
        isFailing = true;
      })
      .then(() => {
        if (!isStopped) timer = setTimeout(turn, pause).unref();
      });
  };
  turn();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
