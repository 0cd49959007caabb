/** How long messages take to be stored, which is what their senders wait for. */
export interface StoringTimes {
  /** @param duration milliseconds @param isAlone whether nothing was being applied then */
  add(duration: number, isAlone: boolean): void;
  /** Whether it takes longer just now than it should, and than it would if nothing were applied. */
  isSlow(): boolean;
}

/** Ten links with one message under way each send 1,000 a second when a reply takes 10 ms, with the way there and back. */
const SLOW = 6;
/** One that took long is not many. */
const LONGEST = 100;
/** Of the last messages; older than a second they tell nothing of now. */
const SHARE = 0.05;
const RECENT = 1000;
/** Beyond so many times what it takes alone, it is deliveries that make it slow; if it is the disk, rests would help nobody. */
const SLOWER = 1.5;
/** What it takes alone is forgotten by this share with each message that is stored beside a delivery, and found anew in the rests that follow. */
const FORGOTTEN = 0.001;

export function openStoringTimes(): StoringTimes {
  let mean = 0;
  let alone = 0;
  let last = 0;
  return {
    add(duration, isAlone) {
      const counted = Math.min(duration, LONGEST);
      mean += (counted - mean) * SHARE;
      alone += isAlone ? (counted - alone) * SHARE : -alone * FORGOTTEN;
      last = performance.now();
    },
    isSlow: () => mean > SLOW && mean > alone * SLOWER && performance.now() - last < RECENT,
  };
}
