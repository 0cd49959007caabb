/** How long a test waits for what happens behind a request: far more than it takes, as machines differ. */
const PATIENCE = 60_000;
const PAUSE = 100;

/**
 * Asks until the answer is as awaited, for a minute at most.
 *
 * @returns the answer that was as awaited, otherwise the last one: what a test then expects tells what it was
 */
export async function eventually<T>(ask: () => T | Promise<T>, isDone: (answer: T) => boolean): Promise<T> {
  for (const end = performance.now() + PATIENCE; ;) {
    const answer = await ask();
    if (isDone(answer) || performance.now() > end) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** Asks until it holds, for a minute at most. @throws Error when it does not come to hold */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  if (!(await eventually(holds, (answer) => answer))) throw new Error('it did not come to hold');
}
