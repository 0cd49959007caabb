import { readFileSync } from 'node:fs';
import { every, type Loop } from '../../server/kernel/every.ts';
import type { Log } from '../../server/kernel/log.ts';
import { MllpClient, type MllpClientOptions } from '../mllp/mllp-client.ts';
import type { Destination, Partner } from '../partner/partner.ts';
import type { Store } from '../store/open-store.ts';
import { isRecipient, type Recipient } from './recipients.ts';
import { createSendQueue } from './send-queue.ts';

/** Connections to all partners that take messages, as they are known now. */
export interface Destinations {
  /** Begins with new ones, and ends with those that are none any more. */
  refresh(): Promise<void>;
  /** Ends what is under way; what has no reply by then is sent again by the next process. */
  close(): Promise<void>;
}

export interface DestinationsOptions {
  readonly store: Store;
  readonly log: Log;
  /** UUID of the process. */
  readonly owner: string;
  readonly tls?: ClientTls;
  /** See `SendQueueOptions`. */
  readonly lease?: number;
  partners(): readonly Partner[];
  now(): number;
}

/** Files (PEM) for destinations by mllps. */
export interface ClientTls {
  /** Authorities of the partners' certificates; without: those of the machine. */
  readonly ca?: string;
  /** Own certificate and key, where partners want one. */
  readonly cert?: string;
  readonly key?: string;
}

/** Between two looks at a queue that was empty, ms. */
const PAUSE = 500;

interface Opened {
  recipient: Recipient;
  readonly mllp: MllpClient;
  readonly loop: Loop;
}

export function openDestinations(options: DestinationsOptions): Destinations {
  const { store, log, owner, tls, lease, partners, now } = options;
  const opened = new Map<string, Opened>();
  let isClosing = false;

  function open(recipient: Recipient): Opened {
    const mllp = new MllpClient(clientOptions(recipient.destination, tls));
    const state: { recipient: Recipient } = { recipient };
    const queue = createSendQueue({
      ...{ store, log, owner, mllp, now },
      ...(lease === undefined ? {} : { lease }),
      recipient: () => state.recipient,
      isClosing: () => isClosing,
    });
    const loop = every(
      PAUSE,
      () => queue.run(),
      (err) => log.error({ err, partner: recipient.id }, 'messages to a partner could not be sent; they wait'),
    );
    return Object.assign(state, { mllp, loop });
  }

  async function end({ mllp, loop }: Opened): Promise<void> {
    mllp.close();
    await loop.stop();
  }

  return {
    async refresh() {
      const wanted = new Map(
        partners()
          .filter(isRecipient)
          .map((each) => [each.id, each]),
      );
      for (const [id, each] of opened) {
        const recipient = wanted.get(id);
        if (recipient !== undefined && isSameLink(recipient.destination, each.recipient.destination)) {
          each.recipient = recipient;
          continue;
        }
        opened.delete(id);
        await end(each);
      }
      for (const [id, recipient] of wanted) if (!opened.has(id) && !isClosing) opened.set(id, open(recipient));
    },
    async close() {
      isClosing = true;
      await Promise.all([...opened.values()].map(end));
    },
  };
}

function isSameLink(a: Destination, b: Destination): boolean {
  return a.host === b.host && a.port === b.port && a.isTls === b.isTls && a.replyTime === b.replyTime;
}

function clientOptions({ host, port, isTls, replyTime }: Destination, tls: ClientTls = {}): MllpClientOptions {
  const text = (path: string): string => readFileSync(path, 'utf8');
  const { ca, cert, key } = tls;
  return {
    host,
    port,
    ...(replyTime === undefined ? {} : { replyTime: replyTime * 1000 }),
    ...(isTls
      ? {
          tls: {
            ...(ca === undefined ? {} : { ca: text(ca) }),
            ...(cert === undefined ? {} : { cert: text(cert) }),
            ...(key === undefined ? {} : { key: text(key) }),
          },
        }
      : {}),
  };
}
