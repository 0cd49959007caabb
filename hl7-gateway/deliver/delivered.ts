import type { JsonObject } from '../../server/kernel/json.ts';
import type { MappedMessage, UnmappedCode } from '../map/mapped-message.ts';
import type { Partner } from '../partner/partner.ts';

/** A message that is to be applied. */
export interface DeliverableMessage {
  /** UUID of the inbox in lower case, the same for every attempt: by it the server knows what it has. */
  readonly id: string;
  /** MSH-10. */
  readonly controlId: string;
  /** `ADT^A08`. */
  readonly event: string;
  /** An ISO instant. */
  readonly receivedAt: string;
  readonly partner: Partner;
  readonly mapped: MappedMessage;
}

/** Codes of `https://athanor.health/fhir/CodeSystem/hl7-task`: why a person has to look at a message. */
export type ParkReason =
  /** Nobody has the identifiers, and the partner may not make patients. */
  | 'patient-unknown'
  /** Identifiers of several patients, or of one with another name and birth date. */
  | 'patient-conflict'
  /** What it changes or cancels is not stored. */
  | 'target-unknown'
  /** Several resources have the identity of one. */
  | 'target-conflict'
  /** A code that FHIR requires has no translation. */
  | 'unmapped-code'
  /** The server takes it not: its rules, its validation, or the gateway's rights. */
  | 'refused'
  /** Not to be read. */
  | 'unreadable'
  /** No map for its event. */
  | 'unmapped-event'
  /** Attempts have run out. */
  | 'exhausted';

/** What became of a message. */
export type Delivered =
  | {
      readonly kind: 'applied';
      /** `Type/id` of what it made, changed or says again. */
      readonly resources: readonly string[];
      /** `Type/id` of what it left as it is, since what is stored is newer. */
      readonly superseded: readonly string[];
    }
  | Parked
  | {
      readonly kind: 'retry';
      /** For people; nothing of the message. */
      readonly reason: string;
      /** Whether the server does not answer at all: then no message is at fault, and they wait however long it takes. */
      readonly isDown: boolean;
    };

export interface Parked {
  readonly kind: 'parked';
  readonly reason: ParkReason;
  /** For people; nothing of the message. */
  readonly text: string;
  /** `Task/id` by which a person learns of it; codes have Tasks of their own, one for all messages. */
  readonly task?: string;
  /** Codes for whose translation it waits. */
  readonly codes: readonly UnmappedCode[];
  /** What the server answered; may quote the message. */
  readonly outcome?: JsonObject;
}
