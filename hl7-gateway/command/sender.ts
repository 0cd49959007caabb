import { decodeMessage } from '../hl7/charset.ts';
import { parseMessage, serializeMessage } from '../hl7/parse-message.ts';
import { isReplyTo, readReply } from '../hl7/read-reply.ts';
import { MllpClient } from '../mllp/mllp-client.ts';

const ANY = { fallbackCharset: 'windows-1252' };

/** What was answered to a message. */
export interface SentMessage {
  /** MSH-10. */
  readonly controlId: string;
  /** MSA-1. */
  readonly code: string;
  readonly isAccepted: boolean;
  /** Why it was not, for people. */
  readonly why: string;
}

/** Sends messages one after the other, and waits for the reply to each: a simulator of a sender. */
export interface Sender {
  /** @param controlId another MSH-10, by which a message is told from its repetition. @throws MllpSendFailure without a reply */
  send(bytes: Uint8Array, controlId?: string): Promise<SentMessage>;
  close(): void;
}

/** @param to `mllp://host:port` or `mllps://host:port` @throws Error for other addresses */
export function openSender(to: string): Sender {
  const { protocol, hostname, port } = new URL(to);
  if (protocol !== 'mllp:' && protocol !== 'mllps:') throw new Error('--to is no mllp://HOST:PORT');
  const client = new MllpClient({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port),
    ...(protocol === 'mllps:' ? { tls: {} } : {}),
  });
  return {
    async send(bytes, controlId) {
      // The bytes as they are, but with the ends of segments that the wire has.
      const sent = serializeMessage(parseMessage(Buffer.from(bytes).toString('latin1')), '\r');
      const frame = Buffer.from(controlId === undefined ? sent : withControlId(sent, controlId), 'latin1');
      const id = controlId ?? parseMessage(decodeMessage(bytes, ANY).text).controlId;
      const reply = await client.send(frame, (answer) => isReplyTo(answer, id));
      const { code, text, errors } = readReply(parseMessage(decodeMessage(reply, ANY).text));
      const why = [text, ...errors.map(({ location, text: error }) => [location, error].filter(Boolean).join(' '))];
      const isAccepted = code === 'AA' || code === 'CA';
      return { controlId: id, code, isAccepted, why: why.filter(Boolean).join('; ') };
    },
    close: () => client.close(),
  };
}

/** MSH-1 is the field separator itself: MSH-10 stands behind the ninth. */
function withControlId(text: string, controlId: string): string {
  const [header = '', ...segments] = text.split('\r');
  const separator = header[3] ?? '|';
  const fields = header.split(separator);
  fields[9] = controlId;
  return [fields.join(separator), ...segments].join('\r');
}
