import { createHash } from 'node:crypto';
import { decodeMessage, type DecodedMessage } from '../hl7/charset.ts';
import { ParseFailure } from '../hl7/parse-failure.ts';
import { parseMessage } from '../hl7/parse-message.ts';
import type { ParsedMessage, ParsedSegment } from '../hl7/parsed-message.ts';
import type { Partner } from '../partner/partner.ts';
import type { InboundLink, PartnerDirectory } from './inbox-ports.ts';

/** What came in, as far as it can be read; of senders that are not known only its header. */
export interface Arrival {
  readonly bytes: Uint8Array;
  readonly sha256: Buffer;
  readonly link: InboundLink;
  readonly partner: Partner | undefined;
  /** Whether more than one partner fits. */
  readonly isAmbiguous: boolean;
  readonly decoded: DecodedMessage;
  readonly message: ParsedMessage | ParseFailure;
}

/** Headers that are longer are read to here, to tell who sent it. */
const MAX_HEADER = 16_384;
const UNKNOWN_SENDER = { fallbackCharset: 'windows-1252' } as const;

/** Who sent it and what it says; nothing that it may hold makes this throw. Of unknown senders no more than the header is read. */
export function readArrival(bytes: Uint8Array, link: InboundLink, partners: PartnerDirectory): Arrival {
  const head = readHead(bytes);
  const header = head.message instanceof ParseFailure ? undefined : head.message.header;
  const recognised = partners.recognise(link, namesIn(header, 3), namesIn(header, 4));
  const { partner } = recognised;
  const sha256 = createHash('sha256').update(bytes).digest();
  if (partner === undefined) {
    return { bytes, sha256, link, partner, isAmbiguous: recognised.isAmbiguous, ...head };
  }
  const decoded = decodeMessage(bytes, partner.reading);
  return { bytes, sha256, link, partner, isAmbiguous: false, decoded, message: parsedOrFailure(decoded) };
}

/** Messages come by the partner's charset, which is known when the header is read. */
function readHead(bytes: Uint8Array): Pick<Arrival, 'decoded' | 'message'> {
  const head = bytes.subarray(0, MAX_HEADER);
  const end = head.findIndex((byte, at) => (byte === 13 || byte === 10) && at > 8);
  const decoded = decodeMessage(end === -1 || isWide(head) ? head : head.subarray(0, end), UNKNOWN_SENDER);
  return { decoded, message: parsedOrFailure(decoded) };
}

/** UTF-16 or UTF-32: a line end is more than a byte. */
function isWide(head: Uint8Array): boolean {
  return head.subarray(0, 8).includes(0) || (head[0] ?? 0) >= 0xfe;
}

export function parsedOrFailure(decoded: Pick<DecodedMessage, 'text' | 'charset'>): ParsedMessage | ParseFailure {
  try {
    return parseMessage(decoded.text, { charset: decoded.charset });
  } catch (error) {
    if (error instanceof ParseFailure) return error;
    throw error;
  }
}

/** Namespace id and universal id of an application or facility (HD). */
export function namesIn(header: ParsedSegment | undefined, field: number): readonly string[] {
  if (header === undefined) return [];
  return [1, 2].map((component) => header.get(field, 1, component).trim()).filter((name) => name !== '');
}
