const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Pauses between attempts, ms: eleven within a day. */
export const RETRIES: readonly number[] = [
  2 * SECOND,
  10 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  45 * MINUTE,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  8 * HOUR,
];

/**
 * The pause behind an attempt, with up to a fifth more or less, so that what failed together does not come back together.
 * @param attempt from 1
 * @returns undefined: it was the last one
 */
export function pauseAfter(attempt: number, retries: readonly number[], random: () => number): number | undefined {
  const pause = retries[attempt - 1];
  return pause === undefined ? undefined : Math.round(pause * (0.8 + 0.4 * random()));
}
