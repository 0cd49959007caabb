import { randomUUID } from 'node:crypto';
import type { Log } from '../../server/kernel/log.ts';
import type { Store } from '../store/open-store.ts';
import type { Retention } from '../store/retention.ts';
import { acceptFrame } from './accept.ts';
import type { AcceptContext } from './accept-message.ts';
import { openGroupCommit } from './group-commit.ts';
import { openHousekeeping } from './housekeeping.ts';
import type { InboundLink, InboxPorts } from './inbox-ports.ts';
import { openOutcomes } from './outcomes.ts';
import { openReplyTimes, type ReplyTimes } from './reply-times.ts';
import { refuseFrame, type RefusalReason } from './refuse-frame.ts';
import { openStoringTimes } from './storing-times.ts';
import { openWorker } from './worker.ts';

/** Messages that come in: from the frame to what the server has of it. */
export interface Inbox {
  /**
   * @returns the reply; undefined when the sender asked for none
   * @throws when it could not be stored: there must be no reply then, the sender keeps what it sent
   */
  accept(frame: Uint8Array, link: InboundLink): Promise<Uint8Array | undefined>;
  /** Keeps what is no whole message, to be looked at. */
  refuse(bytes: Uint8Array, link: InboundLink, reason: RefusalReason): Promise<void>;
  /** There is work that others have stored: a message that is to be applied once more. */
  wake(): void;
  readonly replyTimes: ReplyTimes;
  /** Takes no more work on, and resolves when what is under way has ended. */
  close(): Promise<void>;
}

export interface InboxOptions {
  readonly store: Store;
  readonly ports: InboxPorts;
  readonly log: Log;
  /** Messages of different patients that are delivered together; 20 by default. */
  readonly batch?: number;
  /** Deliveries at once; 4 by default. */
  readonly deliveries?: number;
  /** Milliseconds after which what a gateway that died was working on goes on; 15,000 by default. */
  readonly lease?: number;
  /** Milliseconds that a sender waits for its message to be applied, where that is agreed; 20,000 by default. */
  readonly appliedPatience?: number;
  /** Messages an hour that are kept of senders whom nobody knows; 1,000 by default. */
  readonly unknownPerHour?: number;
  /** Milliseconds between looks at Tasks and answers; 5,000 by default. */
  readonly housekeepingPause?: number;
  /** Days that messages are kept, by how they ended. */
  readonly retention?: Retention;
}

const HOUR = 3_600_000;

export function openInbox(options: InboxOptions): Inbox {
  const { store, ports, log } = options;
  const outcomes = openOutcomes(store);
  const commit = openGroupCommit(store);
  const replyTimes = openReplyTimes();
  const storingTimes = openStoringTimes();
  const worker = openWorker({
    store,
    ports,
    outcomes,
    log,
    lease: { owner: randomUUID(), duration: options.lease ?? 15_000 },
    batch: options.batch ?? 20,
    deliveries: options.deliveries ?? 4,
    isBusy: storingTimes.isSlow,
  });
  const housekeeping = openHousekeeping({
    store,
    ports,
    log,
    wake: worker.wake,
    pause: options.housekeepingPause ?? 5000,
    ...(options.retention === undefined ? {} : { retention: options.retention }),
  });
  const context: AcceptContext = {
    store,
    commit,
    outcomes,
    ports,
    mayKeepUnknown: limitPerHour(options.unknownPerHour ?? 1000, ports.now, () =>
      log.warn('senders whom nobody knows send more than is kept; they are refused all the same'),
    ),
    beginStoring: storingTimes.begin,
    wake: worker.wake,
    appliedPatience: options.appliedPatience ?? 20_000,
  };
  return {
    async accept(frame, link) {
      const started = performance.now();
      const reply = await acceptFrame(context, frame, link);
      replyTimes.add(performance.now() - started);
      return reply;
    },
    refuse: (bytes, link, reason) => refuseFrame(context, bytes, link, reason),
    wake: worker.wake,
    replyTimes,
    async close() {
      await housekeeping.stop();
      await worker.stop();
      await commit.settled();
    },
  };
}

/** @param onFull told once an hour at most */
function limitPerHour(most: number, now: () => number, onFull: () => void): () => boolean {
  let hour = NaN;
  let count = 0;
  return () => {
    const current = Math.floor(now() / HOUR);
    if (current !== hour) {
      hour = current;
      count = 0;
    }
    count += 1;
    if (count === most + 1) onFull();
    return count <= most;
  };
}
