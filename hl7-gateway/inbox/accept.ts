import { createHash } from 'node:crypto';
import { splitBatch, batchReply, type Batch } from '../hl7/batch.ts';
import { decodeMessage, encodeMessage } from '../hl7/charset.ts';
import { newControlId } from '../hl7/control-id.ts';
import { storable } from '../store/storable.ts';
import type { ArrivedMessage } from '../store/insert-messages.ts';
import { acceptMessage, type AcceptContext } from './accept-message.ts';
import type { InboundLink } from './inbox-ports.ts';
import { ownLane } from './lanes.ts';
import { namesIn, readArrival, type Arrival } from './read-arrival.ts';

/** The gateway has just started, and the server has not told it who its partners are. */
export class PartnersUnknown extends Error {
  override readonly name = 'PartnersUnknown';
  constructor() {
    super('Partners are not known yet; senders keep their messages.');
  }
}

/**
 * From a frame to its reply: a message, or a batch of them, whose messages are taken one by one and answered in one batch of replies.
 *
 * @returns undefined: the sender asked for no reply
 * @throws PartnersUnknown, StoreUnavailable when it could not be stored: there must be no reply then, the sender keeps what it sent
 */
export async function acceptFrame(
  context: AcceptContext,
  frame: Uint8Array,
  link: InboundLink,
): Promise<Uint8Array | undefined> {
  if (!context.ports.partners.isReady()) throw new PartnersUnknown();
  const batch = splitBatch(frame);
  const [only] = batch.messages;
  if (!batch.isBatch && batch.messages.length <= 1) {
    return (await acceptMessage(context, only ?? frame, link)).reply;
  }
  const partner = partnerOf(context, batch, link);
  const sha256 = createHash('sha256').update(frame).digest();
  const id = uuidOf(partner, sha256);
  const accepted = await Promise.all(batch.messages.map((bytes) => acceptMessage(context, bytes, link, id)));
  const first = accepted[0]?.arrival;
  const charset = first?.decoded.charset ?? 'utf-8';
  const replies = accepted.flatMap(({ arrival, reply }) =>
    reply === undefined
      ? []
      : [decodeMessage(reply, { charset: arrival.decoded.charset, fallbackCharset: charset }).text],
  );
  const text = batch.isBatch
    ? batchReply(batch, replies, { controlId: newControlId(), at: new Date(context.ports.now()) })
    : replies.join('');
  // The envelope comes last: where it is missing, the batch was not answered, and its messages are told by themselves when it comes again.
  await context.commit.store(envelope(context, { batch, frame, partner, sha256, id, link, first }));
  return text === '' ? undefined : encodeMessage(text, charset).bytes;
}

interface Envelope {
  readonly batch: Batch;
  readonly frame: Uint8Array;
  readonly partner: string;
  readonly sha256: Buffer;
  readonly id: string;
  readonly link: InboundLink;
  readonly first: Arrival | undefined;
}

/** What the batch itself says, and that its messages came in it. */
function envelope(
  context: AcceptContext,
  { batch, frame, partner, sha256, id, link, first }: Envelope,
): ArrivedMessage {
  const header = batch.batch ?? batch.file;
  const faults = batch.faults.map(({ text }) => text).join('; ');
  return {
    id,
    partner,
    localPort: link.localPort,
    remoteAddress: link.remoteAddress,
    ...(link.certificate === undefined ? {} : { certificate: link.certificate }),
    receivedAt: new Date(context.ports.now()).toISOString(),
    bytes: frame,
    sha256,
    charset: first?.decoded.charset ?? 'utf-8',
    charsetRule: first?.decoded.rule ?? 'fallback',
    event: batch.isBatch ? 'BATCH' : '',
    controlId: storable((header?.get(11, 1) ?? '').slice(0, 200)),
    version: '',
    refs: [],
    lanes: [ownLane(id)],
    state: 'split',
    ...(faults === '' ? {} : { reason: 'batch-count', note: faults }),
    refusesReuse: false,
  };
}

/** Who sent the messages, or an empty batch. */
function partnerOf({ ports }: AcceptContext, batch: Batch, link: InboundLink): string {
  const [first] = batch.messages;
  if (first !== undefined) return readArrival(first, link, ports.partners).partner?.id ?? '';
  const header = batch.batch ?? batch.file;
  return ports.partners.recognise(link, namesIn(header, 3), namesIn(header, 4)).partner?.id ?? '';
}

/** The same for the same bytes: messages of a batch that comes again belong to one envelope. */
function uuidOf(partner: string, sha256: Buffer): string {
  const hex = createHash('sha256').update(`${partner}\n`).update(sha256).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
