import type { Log } from '../../server/kernel/log.ts';
import { isReplyTo } from '../hl7/read-reply.ts';
import type { MllpClient } from '../mllp/mllp-client.ts';
import type { Store } from '../store/open-store.ts';
import { finishOutgoing, takeOutgoing, type SendResult, type SentMessage } from '../store/outgoing-messages.ts';
import { renewLeases } from '../store/take-messages.ts';
import { whileHeld } from '../store/while-held.ts';
import { judgeFailure, judgeReply } from './judge-reply.ts';
import { isQuiet } from './quiet-times.ts';
import type { Recipient } from './recipients.ts';

/** Messages of one destination, one after the other. */
export interface SendQueue {
  /** Sends what may be sent now. @throws StoreUnavailable */
  run(): Promise<void>;
}

export interface SendQueueOptions {
  readonly store: Store;
  readonly log: Log;
  /** UUID of the process. */
  readonly owner: string;
  readonly mllp: MllpClient;
  /** As it is known now. */
  recipient(): Recipient;
  now(): number;
  /** Milliseconds after which another process sends what one that died was sending; 10,000 by default. */
  readonly lease?: number;
  /** Whether the gateway ends. */
  isClosing(): boolean;
}

const LEASE = 10_000;

/**
 * The order is that in which the messages were queued: a message that gets no reply, or an error that may pass, is sent again before
 * the next one. A process that dies between sending and the reply sends the same message again. Of messages that wait for long people are
 * told elsewhere (messages/age-alerts.ts).
 */
export function createSendQueue(options: SendQueueOptions): SendQueue {
  const { store, log, owner, mllp, recipient, now, isClosing } = options;
  const lease = { owner, duration: options.lease ?? LEASE };
  let failures = 0;

  async function send({ seq, bytes, controlId, attempts }: SentMessage): Promise<SendResult> {
    const { id, destination } = recipient();
    let reply: Uint8Array;
    try {
      reply = await mllp.send(bytes, (frame) => isReplyTo(frame, controlId));
    } catch (error) {
      const result = judgeFailure(error, failures);
      if (failures === 0 && result.state === 'queued') {
        log.warn({ partner: id, reason: result.reason }, 'a partner does not answer; messages to it wait');
      }
      failures += 1;
      return { seq, ...result };
    }
    if (failures > 0) log.info({ partner: id }, 'a partner answers again');
    failures = 0;
    return { seq, ...judgeReply(reply, attempts, destination.charset) };
  }

  return {
    async run() {
      for (;;) {
        const { id, timeZone, destination } = recipient();
        const { isPaused = false, quiet = [] } = destination;
        if (isClosing() || isPaused || isQuiet(quiet, timeZone, new Date(now()))) return;
        const message = await takeOutgoing(store, lease, id);
        if (message === undefined) return;
        const result = await whileHeld(lease, { log, renew: () => renewLeases(store, lease, [message.seq]) }, () =>
          send(message),
        );
        await finishOutgoing(store, owner, result);
        if (result.state === 'rejected' || result.state === 'dead') {
          const { event, controlId } = message;
          log.error({ partner: id, event, controlId, reason: result.reason }, 'a partner does not take a message');
        }
        if (result.state === 'queued') return;
      }
    },
  };
}
