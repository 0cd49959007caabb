/** How long senders wait for their replies, in milliseconds, over the last replies. */
export interface ReplyTimes {
  add(duration: number): void;
  /** @returns undefined before the first one */
  percentile(share: number): number | undefined;
  /** Since the start. */
  readonly count: number;
  /** Whether senders wait longer than they should just now. */
  isSlow(): boolean;
}

const KEPT = 2000;
/** Half of the 50 ms that 95 of 100 senders wait at most. */
const SLOW = 25;
/** Of the last replies; older than a second they tell nothing of now. */
const SHARE = 0.05;
const RECENT = 1000;

export function openReplyTimes(): ReplyTimes {
  const times = new Float64Array(KEPT);
  let count = 0;
  let mean = 0;
  let last = 0;
  return {
    add(duration) {
      mean += (duration - mean) * SHARE;
      last = performance.now();
      times[count % KEPT] = duration;
      count += 1;
    },
    percentile(share) {
      const sorted = times.slice(0, Math.min(count, KEPT)).sort();
      return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    },
    get count() {
      return count;
    },
    isSlow: () => mean > SLOW && performance.now() - last < RECENT,
  };
}
