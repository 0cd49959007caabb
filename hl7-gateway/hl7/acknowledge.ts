import { buildMessage, type OutgoingField, type OutgoingSegment } from './build-message.ts';
import { STANDARD_DELIMITERS } from './delimiters.ts';
import { ERROR_SYSTEM, errorSegments, isOldError, nameOfError, type ReplyError } from './error-segment.ts';
import type { ParsedMessage } from './parsed-message.ts';
import { commitType, replyType } from './reply-type.ts';
import { utcTimestamp } from './timestamp.ts';
import { isFrom } from './versions.ts';

/** HL7 table 0008: application accept, error, reject; commit accept, error, reject. */
export type AcknowledgementCode = 'AA' | 'AE' | 'AR' | 'CA' | 'CE' | 'CR';

export interface AcknowledgementOptions {
  readonly code: AcknowledgementCode;
  /** MSH-10 of the reply. */
  readonly controlId: string;
  /** MSH-7 of the reply. */
  readonly at: Date;
  readonly errors?: readonly ReplyError[];
  /** MSA-4, where the partner numbers its messages. */
  readonly sequence?: number;
  /** What the answer says beside MSH, MSA and ERR. */
  readonly segments?: readonly OutgoingSegment[];
  /** MSH-15: whether an application reply in enhanced mode is acknowledged in its turn. */
  readonly accept?: 'AL' | 'NE' | 'ER' | 'SU';
}

/** Where what was received does not even tell who sent it. */
const UNREAD_VERSION = '2.5.1';
const MAX_TEXT = 80;

/**
 * The reply to a message, HL7 v2.5.1 §2.9: sender and receiver swapped, processing id, version and charset as received, written with
 * the sender's delimiters. Application replies carry the type that the message asks for (ORR, ORL …), commit replies are always ACK.
 * @param message `undefined` for what could not be parsed: MSA-2 is empty then
 * @returns text with CR; encode it in the charset in which the message came
 */
export function acknowledge(message: ParsedMessage | undefined, options: AcknowledgementOptions): string {
  const { code, controlId, at, errors = [], sequence } = options;
  const raw = (field: number): OutgoingField => ({ raw: message?.header.getRaw(field) ?? '' });
  const or = (field: number, value: string): OutgoingField => (message?.header.getRaw(field) ? raw(field) : value);
  const version = message?.version ?? UNREAD_VERSION;
  const isCommit = code.startsWith('C');
  const event = message?.event ?? '';
  const type = isCommit ? commitType(event, version) : replyType(event, version);
  const [first] = errors;
  const header: OutgoingSegment = [
    'MSH',
    raw(5),
    raw(6),
    raw(3),
    raw(4),
    utcTimestamp(at),
    undefined,
    type,
    controlId,
    or(11, 'P'),
    or(12, version),
    undefined,
    undefined,
    options.accept,
    undefined,
    undefined,
    raw(18),
  ];
  const outcome: OutgoingSegment = [
    'MSA',
    code,
    raw(10),
    first !== undefined && !isFrom(version, '2.7') ? first.text.slice(0, MAX_TEXT) : undefined,
    sequence === undefined ? undefined : String(sequence),
    undefined,
    first !== undefined && isOldError(version) && isFrom(version, '2.3')
      ? [first.code, nameOfError(first.code), ERROR_SYSTEM]
      : undefined,
  ];
  return buildMessage(
    [
      header,
      outcome,
      ...errorSegments(errors, version),
      ...(options.segments ?? (isCommit ? [] : queryEcho(message, code))),
    ],
    message?.delimiters ?? STANDARD_DELIMITERS,
  );
}

/** What the answer to a query has to have although it found nothing: its tag with the status, and the query (HL7 v2.5.1 §5.3.1). */
function queryEcho(message: ParsedMessage | undefined, code: AcknowledgementCode): OutgoingSegment[] {
  const query = message?.segments.find(({ name }) => name === 'QPD');
  if (query === undefined || message?.event.startsWith('QBP^') !== true) return [];
  const fields = Array.from({ length: query.fields }, (_, at): OutgoingField => ({ raw: query.getRaw(at + 1) }));
  return [
    ['QAK', { raw: query.getRaw(2) }, code === 'AA' ? 'NF' : code],
    ['QPD', ...fields],
  ];
}
