import type { JsonObject } from '../../server/kernel/json.ts';

/** A resource as a map makes it: plain FHIR R4 JSON; decimals as the exact decimals of `server/kernel/json.ts`. */
export type MappedResource = JsonObject & { readonly resourceType: string };

/**
 * What a message says of one resource. Maps make it without knowing what is stored; `deliver/` reads what is stored and
 * makes the transaction of it.
 */
export interface MappedEntry {
  /** `urn:uuid:…`, by which other entries refer to it; derived from message and place, so that it is the same each time. */
  readonly fullUrl: string;
  readonly resource: MappedResource;
  /**
   * Searches of its type, the surest first, each of which finds it if it is stored: `identifier=system|value`. Identity is never a
   * name or a birth date. Empty: it has no identity of its own and is new, once a message.
   */
  readonly match: readonly string[];
  /**
   * - `upsert`: changed where it is stored, else stored.
   * - `create`: stored where it is not; what is stored stays as it is (a practitioner who is named in passing).
   * - `update`: changed where it is stored; else the message waits for a person (a cancellation of what nobody knows).
   * - `patient`: the rules of patients: several identifiers, stored when the partner may create, else the message is parked.
   */
  readonly mode: 'upsert' | 'create' | 'update' | 'patient';
  /** With `update`: left out without a word where it is not stored. */
  readonly isOptional?: true;
  /** Elements that are used only when it is stored for the first time: FHIR requires them, and the message does not say them. */
  readonly defaults?: JsonObject;
  /**
   * Elements that the message deletes (`""`): `birthDate`; parts of lists: `telecom[use=home]`, `extension[url=…]`,
   * `identifier[system|value=…|…]`. Elements that are
   * absent from `resource` stay as stored; extensions replace those of the same url only, and `_birthDate` goes with `birthDate`.
   */
  readonly clears?: readonly string[];
  /** It takes back the present status: the one before in the stored `statusHistory` comes again; without one that of `resource`. */
  readonly undo?: 'status';
  /** Elements whose lists the message gives in part: theirs are added to those stored, the same once. Default: a list is replaced. */
  readonly adds?: readonly string[];
  /** When it happened at the sender: an ISO instant. What is older than what is stored does not overwrite it. */
  readonly eventTime?: string;
  /**
   * How old and new are told apart when both are known: by `eventTime` (default); or for results also by their status, which never
   * goes back from final to preliminary: registered, preliminary, final, corrected.
   */
  readonly order?: 'event' | 'result';
}

/** Charts that become one, or are taken apart: ADT A40, A18, A34, A36, A39; A24 and A37 link and unlink only. */
export interface PatientMerge {
  readonly kind: 'merge' | 'link' | 'unlink';
  /** Identifiers of who goes (MRG-1), the surest first. */
  readonly source: readonly MappedIdentifier[];
  /** Identifiers of who stays (PID-3). */
  readonly target: readonly MappedIdentifier[];
}

export interface MappedIdentifier {
  readonly system: string;
  readonly value: string;
}

/** A code for which the partner's ConceptMap has nothing. The text and the local coding are kept in the resource all the same. */
export interface UnmappedCode {
  /** `OBX-3`, `PV1-2`. */
  readonly place: string;
  /** HL7 table (`HL70004`) or the partner's own coding system. */
  readonly source: string;
  readonly code: string;
  readonly display?: string;
  /** Where an answer has to lie: the code system or value set that FHIR wants. */
  readonly target: string;
  /** Whether the message cannot be applied without the answer: a required binding has no other way out. */
  readonly isRequired: boolean;
}

/** A field or segment that has content and that no map reads: it stays visible. `OBX[3]-17`, `ZPD[1]`. */
export type UnreadPlace = string;

export interface MappedMessage {
  readonly entries: readonly MappedEntry[];
  readonly merges: readonly PatientMerge[];
  /** Who it is about, for the order of work: messages of one patient are applied one after the other. `system|value`, all of them. */
  readonly patients: readonly string[];
  readonly unmappedCodes: readonly UnmappedCode[];
  readonly unread: readonly UnreadPlace[];
}

/** Codes of HL7 table 0357 that a map refuses with: 101 required, 102 type, 103 table, 201 event, 204 unknown key, 207 internal. */
export type MapFailureCode = '100' | '101' | '102' | '103' | '200' | '201' | '203' | '204' | '207';

/** What a map cannot make anything of; the message is parked for a person, or answered AE where the reply waits for it. */
export class MapFailure extends Error {
  override readonly name = 'MapFailure';
  /** As ERR-2: segment, its number, field: `PID^1^3`. */
  readonly location: string;
  readonly code: MapFailureCode;

  /** @param message for people, without content of the message */
  constructor(message: string, location: string, code: MapFailureCode) {
    super(message);
    this.location = location;
    this.code = code;
  }
}
