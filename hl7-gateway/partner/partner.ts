/** A system that sends messages here or takes them: an Endpoint with the profile `hl7-partner`, and its Organization. */
export interface Partner {
  /** Logical id of its Endpoint. */
  readonly id: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly organization?: string;
  readonly recognition: PartnerRecognition;
  readonly reading: ReadingRules;
  readonly replies: ReplyRules;
  readonly patients: PatientRules;
  readonly systems: readonly NamedSystem[];
  /** IANA zone of its timestamps without offset. */
  readonly timeZone: string;
  /** Where messages to it go; absent for who only sends. */
  readonly destination?: Destination;
}

/** All that is given must hold; a partner of whom nothing is given is recognised by nothing. */
export interface PartnerRecognition {
  /** The listener's port. */
  readonly port?: number;
  /** MSH-3 (namespace or universal id). */
  readonly application?: string;
  /** MSH-4. */
  readonly facility?: string;
  /** IP addresses or networks (CIDR). */
  readonly addresses?: readonly string[];
  /** SHA-256 of the client's certificate, hex without colons, lower case. */
  readonly certificate?: string;
}

export interface ReadingRules {
  /** Overrides MSH-18: a WHATWG encoding label. */
  readonly charset?: string;
  /** Where neither MSH-18 nor the bytes tell: a WHATWG encoding label; `windows-1252` by default. */
  readonly fallbackCharset: string;
  /** Whether unknown versions and processing ids are refused (AR); by default they are read as the nearest. */
  readonly isStrict: boolean;
  /** Processing ids that are taken (MSH-11.1); `P` by default, others are refused with 202 when strict and parked otherwise. */
  readonly processingIds: readonly string[];
}

export interface ReplyRules {
  /** Original mode: `stored` answers AA when the bytes are durable (default), `applied` when the message is applied. */
  readonly replyWhen: 'stored' | 'applied';
  /** Same MSH-10 with other content: taken with a warning (default), or refused with 205. */
  readonly hasUniqueControlIds: boolean;
  /** Sequence numbers (MSH-13, MSA-4). */
  readonly usesSequenceNumbers: boolean;
}

export interface PatientRules {
  /** Whether a patient whom nobody knows may be stored; otherwise the message waits for a person. */
  readonly mayCreate: boolean;
  /** Systems of identifiers by which this partner's patients are recognised; empty: all that it sends. */
  readonly trustedSystems: readonly string[];
  /** Whether it may ask for patients (PDQ, PIX): it gets to know whoever it asks for. */
  readonly mayQuery?: boolean;
}

/** A namespace or coding system that the partner uses, and its URI. */
export interface NamedSystem {
  readonly kind: 'assigner' | 'coding-system';
  readonly name: string;
  readonly uri: string;
}

export interface Destination {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** `2.5.1`. */
  readonly version: string;
  /** Trigger events that it takes: `ADT^A08`. */
  readonly events: readonly string[];
  readonly charset: string;
  readonly application: string;
  readonly facility: string;
  /** Nothing is sent; messages wait. */
  readonly isPaused?: boolean;
  /** Times, in the partner's zone, at which nothing is sent. */
  readonly quiet?: readonly QuietTime[];
  /** Seconds from a message to its reply; 30 without. */
  readonly replyTime?: number;
  /** Whether commit replies (CA, CE, CR) are asked for. */
  readonly isEnhanced?: boolean;
}

/** From a time of day (`HH:MM`) to another one, which may be on the next day; `00:00` to `24:00` is all day. */
export interface QuietTime {
  readonly from: string;
  readonly to: string;
  /** Days on which it begins; absent: all. */
  readonly on?: {
    /** From 1 (Monday) to 7. */
    readonly weekdays: readonly number[];
    /** `YYYY-MM-DD`, both included. */
    readonly dates: readonly { readonly first: string; readonly last: string }[];
  };
}
