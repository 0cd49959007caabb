/** How many messages are being stored, and how long that takes: it is what their senders wait for. */
export interface StoringTimes {
  /** A message came. @returns to be called when it has been stored, or could not be */
  begin(): () => void;
  /** Whether many senders wait just now, and longer than they should. */
  isSlow(): boolean;
}

/** Ten links with one message under way each send 1,000 a second when a reply takes 10 ms, with the way there and back. */
const SLOW = 6;
/** Where the disk is slow few messages take as long: to keep deliveries back for them would help nobody. */
const MANY = 3;
/** One that took long is not many. */
const LONGEST = 100;
/** Of the last messages; older than a second they tell nothing of now. */
const SHARE = 0.05;
const RECENT = 1000;

/** @param now milliseconds, as `performance.now()` */
export function openStoringTimes(now: () => number = () => performance.now()): StoringTimes {
  let underWay = 0;
  let meanTime = 0;
  let meanCount = 0;
  let last = -Infinity;
  return {
    begin() {
      const started = now();
      underWay += 1;
      return () => {
        last = now();
        meanTime += (Math.min(last - started, LONGEST) - meanTime) * SHARE;
        meanCount += (underWay - meanCount) * SHARE;
        underWay -= 1;
      };
    },
    isSlow: () => meanTime > SLOW && meanCount > MANY && now() - last < RECENT,
  };
}
