import type { ParsedMessage } from '../hl7/parsed-message.ts';
import type { MappedMessage } from './mapped-message.ts';
import type { MappingDraft } from './mapping-draft.ts';

/** What a map may know beside the message: the partner's rules. Nothing of what is stored, no clock. */
export interface MapContext {
  /** The partner's id: the logical id of its Endpoint. */
  readonly partner: string;
  /** When the message was received: an ISO instant. */
  readonly receivedAt: string;
  /** IANA zone of timestamps without offset: the partner's, else the site's. */
  readonly timeZone: string;
  /** URI for an assigning authority or coding system, as the partner's table, OID or UUID give it; see `partner/partner.ts`. */
  readonly systems: PartnerSystems;
  /** The answer of the partner's ConceptMaps, before those that are shipped. */
  translate(source: string, code: string, target: string): TranslatedCode | undefined;
}

export interface PartnerSystems {
  /** HD: namespace id, universal id, its type. `undefined` where all are empty; a namespace alone becomes a URI of the partner's. */
  ofAssigner(namespace: string, universalId: string, type: string): string | undefined;
  /** Name of a coding system (CWE.3, CWE.14): `LN`, `SCT`, `HL70001`, or the partner's own. */
  ofCodingSystem(name: string, oid: string): string;
}

export interface TranslatedCode {
  readonly system?: string;
  readonly code: string;
  readonly display?: string;
}

/** From a message to what it says of resources, without side effects: one file a trigger event family. */
export interface MessageMap {
  /** `ADT^A01`; several where one map serves them. */
  readonly events: readonly string[];
  /** @param also adds what a module reads of the same message */
  map(message: ParsedMessage, context: MapContext, also?: (draft: MappingDraft) => void): MappedMessage;
}
