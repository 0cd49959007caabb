/** How long senders wait for their replies, in milliseconds, over the last replies. */
export interface ReplyTimes {
  add(duration: number): void;
  /** @returns undefined before the first one */
  percentile(share: number): number | undefined;
  /** Since the start. */
  readonly count: number;
}

const KEPT = 2000;

export function openReplyTimes(): ReplyTimes {
  const times = new Float64Array(KEPT);
  let count = 0;
  return {
    add(duration) {
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
  };
}
