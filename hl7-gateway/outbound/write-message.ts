import { createHash } from 'node:crypto';
import { buildMessage, type OutgoingSegment } from '../hl7/build-message.ts';
import { encodeMessage } from '../hl7/charset.ts';
import { charsetName } from '../hl7/charset-names.ts';
import { parseMessage } from '../hl7/parse-message.ts';
import { structureOf } from '../hl7/structures.ts';
import { utcTimestamp } from '../hl7/timestamp.ts';
import { factsOf } from '../inbox/message-refs.ts';
import type { QueuedMessage } from '../store/outgoing-messages.ts';
import { versionOf } from './changes.ts';
import { textOf } from '../map/json.ts';
import { peerNames } from './peer-names.ts';
import type { Recipient } from './recipients.ts';
import { speaks, type Outgoing, type PeerProfile, type Telling } from './tell.ts';

/** Who sends: MSH-3 and MSH-4. */
export interface SenderName {
  readonly application: string;
  readonly facility: string;
}

export interface WriteOptions {
  readonly sender: SenderName;
  readonly at: Date;
}

/**
 * The bytes of a message, as they will be sent however often it takes. What decides that two messages are the same is destination,
 * version of the resource, and event: id and MSH-10 are made of these.
 */
export function writeMessage(
  telling: Telling,
  outgoing: Outgoing,
  event: string,
  recipient: Recipient,
  { sender, at }: WriteOptions,
): QueuedMessage {
  const { destination } = recipient;
  const peer: PeerProfile = { version: destination.version, names: peerNames(recipient) };
  const resource = `${textOf(telling.resource.resourceType)}/${textOf(telling.resource.id)}`;
  const identity = identityOf(`${recipient.id} ${resource} ${versionOf(telling.resource)} ${event}`);
  const header: OutgoingSegment = [
    'MSH',
    sender.application,
    sender.facility,
    destination.application,
    destination.facility,
    utcTimestamp(at),
    '',
    typeOf(event, peer),
    identity.controlId,
    recipient.reading.processingIds[0] ?? 'P',
    destination.version,
    '',
    '',
    destination.isEnhanced === true ? 'AL' : '',
    destination.isEnhanced === true ? 'NE' : '',
    '',
    charsetName(destination.charset),
  ];
  const text = buildMessage([header, ...outgoing.segments(event, peer)]);
  const { bytes, hasUnmappable } = encodeMessage(text, destination.charset);
  return {
    id: identity.id,
    destination: recipient.id,
    bytes,
    sha256: createHash('sha256').update(bytes).digest(),
    charset: destination.charset,
    event,
    controlId: identity.controlId,
    version: destination.version,
    refs: factsOf(parseMessage(text)).refs,
    resource,
    ...(hasUnmappable ? { note: `Characters that ${destination.charset} does not have were written as "?".` } : {}),
  };
}

/** MSH-9; the structure from version 2.3.1 on. */
function typeOf(event: string, peer: PeerProfile): readonly string[] {
  const parts = event.split('^');
  return speaks(peer, '2.3.1') ? [...parts, structureOf(event)] : parts;
}

/** UUID (version 8, RFC 9562) and 20 characters of the same hash. */
function identityOf(name: string): { readonly id: string; readonly controlId: string } {
  const hash = createHash('sha256').update(name).digest('hex');
  const [a, b, c, d, e] = [
    [0, 8],
    [8, 12],
    [13, 16],
    [17, 20],
    [20, 32],
  ].map((span) => hash.slice(...span));
  const number = BigInt(`0x${hash.slice(32, 56)}`);
  return { id: `${a}-${b}-8${c}-8${d}-${e}`, controlId: number.toString(36).toUpperCase().padStart(20, '0') };
}
