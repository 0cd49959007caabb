import type { DeliverableMessage, ParkReason } from '../deliver/delivered.ts';
import { decodeMessage } from '../hl7/charset.ts';
import { ParseFailure } from '../hl7/parse-failure.ts';
import type { ParsedMessage } from '../hl7/parsed-message.ts';
import type { MappedMessage } from '../map/mapped-message.ts';
import type { Partner } from '../partner/partner.ts';
import type { TakenMessage } from '../store/take-messages.ts';
import type { InboxPorts, QueryPort } from './inbox-ports.ts';
import { judgeArrival, type MessageError } from './judge-arrival.ts';
import { mapTogether, type MapJob } from './map-together.ts';
import { parsedOrFailure } from './read-arrival.ts';

/** A stored message as far as it is understood without asking the server. */
export type Prepared =
  | { readonly kind: 'deliver'; readonly read: ReadMessage; readonly deliverable: DeliverableMessage }
  /** It says nothing that is kept in resources. */
  | { readonly kind: 'empty'; readonly read: ReadMessage; readonly mapped: MappedMessage }
  | Unmapped;

type Unmapped =
  | { readonly kind: 'query'; readonly read: ReadMessage; readonly queries: QueryPort }
  | {
      readonly kind: 'parked';
      readonly read: Omit<ReadMessage, 'message'> & { readonly message: ParsedMessage | ParseFailure };
      readonly reason: ParkReason;
      readonly error: MessageError;
    }
  /** Its partner is not there now. */
  | { readonly kind: 'homeless' }
  /** Who reads it is not known yet. */
  | { readonly kind: 'early' };

export interface ReadMessage {
  readonly partner: Partner;
  readonly message: ParsedMessage;
  readonly charset: string;
}

export type StoredMessage = Pick<TakenMessage, 'delivery' | 'partner' | 'receivedAt' | 'bytes' | 'controlId' | 'event'>;

type Mappable = { readonly kind: 'mappable'; readonly read: ReadMessage; readonly job: MapJob };

/**
 * Reads and maps messages by the partners' rules of now, which may have been put right since they came.
 *
 * @param onBug told of what a map throws that is no MapFailure
 * @returns in their order
 */
export async function prepareMessages(
  ports: InboxPorts,
  stored: readonly StoredMessage[],
  onBug: (error: unknown) => void,
): Promise<readonly Prepared[]> {
  const read = stored.map((message) => ({ message, reading: readStored(ports, message) }));
  const jobs = read.flatMap(({ reading }) => (reading.kind === 'mappable' ? [reading.job] : []));
  const mapped = (await mapTogether(jobs, onBug)).values();
  return read.map(({ message, reading }) => {
    if (reading.kind !== 'mappable') return reading;
    const next = mapped.next();
    if (next.done === true) throw new Error('A message was not mapped.');
    return preparedBy(message, reading.read, next.value);
  });
}

function preparedBy(message: StoredMessage, read: ReadMessage, result: MappedMessage | MessageError): Prepared {
  if ('text' in result) return { kind: 'parked', read, reason: 'unreadable', error: result };
  if (result.entries.length === 0 && result.merges.length === 0) return { kind: 'empty', read, mapped: result };
  const { delivery, receivedAt, controlId, event } = message;
  const deliverable = { id: delivery, controlId, event, receivedAt, partner: read.partner, mapped: result };
  return { kind: 'deliver', read, deliverable };
}

function readStored(ports: InboxPorts, stored: StoredMessage): Unmapped | Mappable {
  const partner = ports.partners.byId(stored.partner);
  if (partner === undefined) return { kind: 'homeless' };
  const decoded = decodeMessage(stored.bytes, partner.reading);
  const message = parsedOrFailure(decoded);
  const parked = (reason: ParkReason, error: MessageError): Unmapped => ({
    kind: 'parked',
    read: { partner, message, charset: decoded.charset },
    reason,
    error,
  });
  if (message instanceof ParseFailure) {
    return parked('unreadable', { location: message.location, code: message.code, text: message.message });
  }
  const verdict = judgeArrival({ partner, isAmbiguous: false, decoded, message }, ports);
  if (verdict.state === 'parked') return parked(verdict.reason, verdict.error);
  // The partner has become stricter since; the sender was told that it is taken.
  if (verdict.state === 'rejected') return parked('refused', verdict.error);
  const read: ReadMessage = { partner, message, charset: decoded.charset };
  const { queries } = ports;
  if (queries?.isQuery(message) === true) return { kind: 'query', read, queries };
  const map = ports.mapOf(message);
  if (map === undefined) return parked('unmapped-event', NO_MAP);
  if (map === 'not-ready') return { kind: 'early' };
  return {
    kind: 'mappable',
    read,
    job: { map, message, context: ports.partners.contextOf(partner, stored.receivedAt) },
  };
}

const NO_MAP: MessageError = { location: 'MSH^1^9', code: '201', text: 'Nobody reads messages of this event.' };
