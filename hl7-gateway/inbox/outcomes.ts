import { storedReply } from '../store/stored-replies.ts';
import type { Store } from '../store/open-store.ts';

/** Senders that wait until their message has been worked on, here or by another gateway. */
export interface Outcomes {
  /**
   * @param patience milliseconds
   * @returns its reply; undefined when there is none in time
   */
  replyTo(seq: number, patience: number): Promise<Uint8Array | undefined>;
  /** Called when messages have been worked on here. */
  ended(seqs: Iterable<number>): void;
}

/** Milliseconds after which the store is asked, for what another gateway worked on. */
const PAUSE = 250;

export function openOutcomes(store: Store): Outcomes {
  const waiting = new Map<number, Set<() => void>>();

  /** Resolves when the message ended here, or after the pause. */
  function news(seq: number, pause: number): Promise<void> {
    return new Promise((resolve) => {
      const those = waiting.get(seq) ?? new Set();
      waiting.set(seq, those);
      const done = (): void => {
        clearTimeout(timer);
        those.delete(done);
        if (those.size === 0 && waiting.get(seq) === those) waiting.delete(seq);
        resolve();
      };
      const timer = setTimeout(done, pause);
      those.add(done);
    });
  }

  return {
    async replyTo(seq, patience) {
      const end = performance.now() + patience;
      for (;;) {
        // First to listen, then to ask: what ends in between is heard.
        const heard = news(seq, Math.max(0, Math.min(PAUSE, end - performance.now())));
        const known = await storedReply(store, seq);
        if (known?.hasEnded === true) return known.reply;
        await heard;
        if (performance.now() >= end) return undefined;
      }
    },
    ended(seqs) {
      for (const seq of seqs) for (const done of [...(waiting.get(seq) ?? [])]) done();
    },
  };
}
