import type { TransactionEntry } from './clinic.ts';

/** A parsed message: segments in order; field, repetition, component and subcomponent are numbered from 1, as in HL7. */
export interface Hl7Message {
  /** `ORU^R01`. */
  readonly event: string;
  readonly segments: readonly Hl7Segment[];
}

export interface Hl7Segment {
  readonly name: string;
  /** Unescaped text; empty for what is not there. `get(3, 1, 4, 1)` is PID-3.4.1 of the first repetition. */
  get(field: number, repetition?: number, component?: number, subcomponent?: number): string;
  repetitions(field: number): number;
}

/** What a map may know beside the message; the gateway fills it. */
export interface Hl7MapContext {
  /** Logical id of the sender's Endpoint. */
  readonly partner: string;
  /** An ISO instant. */
  readonly receivedAt: string;
  /** IANA zone of timestamps without offset. */
  readonly timeZone: string;
  readonly systems: {
    /** HD: namespace id, universal id, its type; undefined where all are empty. */
    ofAssigner(namespace: string, universalId: string, type: string): string | undefined;
    /** Name and OID of a coding system (CWE.3, CWE.14). */
    ofCodingSystem(name: string, oid: string): string;
  };
  /** The answer of the partner's ConceptMaps. */
  translate(
    source: string,
    code: string,
    target: string,
  ): { readonly system?: string; readonly code: string; readonly display?: string } | undefined;
  /** Reference to the patient whom PID names, found or stored by the rules of the partner; undefined without PID. */
  patient(): { readonly reference: string } | undefined;
}

/** One per event among all modules: from a message to a transaction, without side effects. */
export interface Hl7Map {
  readonly event: string;
  /** Whether the gateway's own map of the event reads the message as well, and first. Otherwise this one is in its place. */
  readonly isAddition?: true;
  /**
   * Entries create (`ifNoneExist`: where nothing is), or update at `Type?criteria`, at `Type/id`, or at a `urn:uuid:…` that the context
   * gave, which says more of that resource. Messages delete nothing; elements that an update does not give stay as they are.
   */
  map(message: Hl7Message, context: Hl7MapContext): readonly TransactionEntry[];
}

export function defineHl7Map(event: string, map: Hl7Map['map'], options: { readonly isAddition?: true } = {}): Hl7Map {
  return { event, map, ...options };
}
