import type { ParkReason } from '../deliver/delivered.ts';
import { ParseFailure } from '../hl7/parse-failure.ts';
import type { ParsedMessage } from '../hl7/parsed-message.ts';
import { isKnownVersion } from '../hl7/versions.ts';
import type { Arrival } from './read-arrival.ts';
import type { InboxPorts } from './inbox-ports.ts';

/** What is done with a message before anything of its content is looked at. */
export type Verdict =
  | { readonly state: 'received' }
  | { readonly state: 'ignored'; readonly reason: 'reply' | 'sequence' }
  | { readonly state: 'parked'; readonly reason: ParkReason; readonly error: MessageError }
  | {
      readonly state: 'rejected';
      readonly reason: string;
      readonly error: MessageError;
      /** AR, or AE: something else has to be sent first. */
      readonly answer: 'R' | 'E';
    };

/** What is wrong with a message, as ERR tells it. */
export interface MessageError {
  readonly location: string;
  /** HL7 table 0357. */
  readonly code: string;
  /** For people; nothing of the content. */
  readonly text: string;
}

const RECEIVED: Verdict = { state: 'received' };

/**
 * Refused is what nobody could work on: from a sender that is not known, or no message at all; and what a partner has asked to
 * be strict about. Everything else is taken, and waits for a person where it cannot go on by itself.
 *
 * Codes: HL7 table 0357, https://terminology.hl7.org/CodeSystem-v2-0357.html
 */
export function judgeArrival(
  arrival: Pick<Arrival, 'partner' | 'isAmbiguous' | 'decoded' | 'message'>,
  ports: Pick<InboxPorts, 'mapOf' | 'queries'>,
): Verdict {
  const { partner, message } = arrival;
  if (partner === undefined) {
    const text = arrival.isAmbiguous ? 'More than one partner fits this sender.' : 'This sender is not known here.';
    return rejected('unknown-sender', 'MSH^1^3', '204', text);
  }
  if (message instanceof ParseFailure) return rejected('unreadable', message.location, message.code, message.message);
  const { isStrict, processingIds } = partner.reading;
  const { header } = message;
  if (header.get(9, 1, 1).trim() === '') return rejected('no-type', 'MSH^1^9', '101', 'MSH-9 is empty.');
  if (isReply(message)) return { state: 'ignored', reason: 'reply' };
  if (isStrict && message.controlId === '') return rejected('no-control-id', 'MSH^1^10', '101', 'MSH-10 is empty.');
  if (isStrict && !isKnownVersion(message.versionSent)) {
    return rejected('version', 'MSH^1^12', '203', 'The version in MSH-12 is not read here.');
  }
  const processing = header.get(11, 1, 1).trim();
  if (!processingIds.includes(processing) && (isStrict || processing !== '')) {
    const text = 'Messages with this processing id are not taken from this sender.';
    return isStrict ? rejected('processing-id', 'MSH^1^11', '202', text) : parked('refused', 'MSH^1^11', '202', text);
  }
  if (arrival.decoded.hasIllegalBytes && arrival.decoded.text.includes('\ufffd')) {
    return parked('unreadable', 'MSH^1^18', '102', 'Bytes are not what the charset of MSH-18 or of the sender has.');
  }
  if (ports.mapOf(message) === undefined && ports.queries?.isQuery(message) !== true) {
    const text = 'Nobody reads messages of this event.';
    return isStrict
      ? rejected('unmapped-event', 'MSH^1^9', '201', text)
      : parked('unmapped-event', 'MSH^1^9', '201', text);
  }
  return RECEIVED;
}

/** An acknowledgment or response; to answer it would have no end. */
function isReply(message: ParsedMessage): boolean {
  return message.segments.some(({ name }) => name === 'MSA');
}

function rejected(reason: string, location: string, code: string, text: string): Verdict {
  return { state: 'rejected', answer: 'R', reason, error: { location, code, text } };
}

function parked(reason: ParkReason, location: string, code: string, text: string): Verdict {
  return { state: 'parked', reason, error: { location, code, text } };
}
