import type { FinishedMessage } from '../store/finish-messages.ts';
import type { TakenMessage } from '../store/take-messages.ts';

/** A message that fails so often is given up; with the pauses between, that takes a quarter of an hour. */
const MOST_ATTEMPTS = 10;
/** As many processes may end while they work on a message before it is given up. */
const MOST_TAKEN = 6;
/** From then on it is worked on alone: others are not to be given up for its sake. */
const SUSPECT = 3;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 600_000;

type Result = Pick<FinishedMessage, 'state' | 'reason' | 'note' | 'pause'>;

export const EXHAUSTED: Result = {
  state: 'dead',
  reason: 'exhausted',
  note: 'The gateway ended several times while it worked on this message.',
};

export function isGivenUp({ taken }: TakenMessage): boolean {
  return taken > MOST_TAKEN;
}

/** Whether it may be what ended processes. */
export function isSuspect({ taken }: TakenMessage): boolean {
  return taken > SUSPECT;
}

/**
 * A message that failed keeps its place in its lanes and is tried again after a pause that doubles; in the end it is dead, and its
 * lanes go on.
 *
 * @param reason for people; nothing of the message
 */
export function afterFailure({ attempts }: TakenMessage, reason: string): Result {
  if (attempts + 1 >= MOST_ATTEMPTS) return { state: 'dead', reason: 'exhausted', note: reason };
  return {
    state: 'failed',
    reason: 'failed',
    note: reason,
    pause: Math.min(FIRST_PAUSE * 2 ** attempts, LONGEST_PAUSE),
  };
}
