import { createHash } from 'node:crypto';
import { uuidv7 } from '../../server/kernel/id.ts';
import { decodeMessage } from '../hl7/charset.ts';
import { insertMessages } from '../store/insert-messages.ts';
import type { AcceptContext } from './accept-message.ts';
import type { InboundLink } from './inbox-ports.ts';
import { ownLane } from './lanes.ts';
import { factsOf } from './message-refs.ts';
import { parsedOrFailure, readArrival } from './read-arrival.ts';
import { refusalOf } from './replies.ts';

/** Why something that came in is no message: it ended before its end came, or is longer than may be. */
export type RefusalReason = 'truncated' | 'too-long';

/** Of an endless frame. */
const LONGEST = 1_048_576;

/** Keeps what its sender does not believe to be here, up to 1 MB of it; of unknown senders within their limit. */
export async function refuseFrame(
  { store, ports, mayKeepUnknown }: Pick<AcceptContext, 'store' | 'ports' | 'mayKeepUnknown'>,
  frame: Uint8Array,
  link: InboundLink,
  reason: RefusalReason,
): Promise<void> {
  const bytes = frame.subarray(0, LONGEST);
  const { partner, decoded } = readArrival(bytes, link, ports.partners);
  if (partner === undefined && !mayKeepUnknown()) return;
  const now = ports.now();
  const id = uuidv7(now);
  await insertMessages(store, [
    {
      id,
      partner: partner?.id ?? '',
      localPort: link.localPort,
      remoteAddress: link.remoteAddress,
      ...(link.certificate === undefined ? {} : { certificate: link.certificate }),
      receivedAt: new Date(now).toISOString(),
      bytes,
      sha256: createHash('sha256').update(bytes).digest(),
      charset: decoded.charset,
      charsetRule: decoded.rule,
      ...factsOf(undefined),
      lanes: [ownLane(id)],
      state: 'rejected',
      reason,
      refusesReuse: false,
    },
  ]);
}

const TOO_LONG = { location: 'MSH', code: '207', text: 'The message is longer than is taken here.' } as const;

/** @param head what has come of a message that is too long; @param now milliseconds of the epoch */
export function refusalOfHead(head: Uint8Array, now: number): Uint8Array | undefined {
  const decoded = decodeMessage(head, { fallbackCharset: 'windows-1252' });
  const facts = { message: parsedOrFailure(decoded), charset: decoded.charset, at: new Date(now) };
  return refusalOf(facts, 'R', TOO_LONG)?.bytes;
}
