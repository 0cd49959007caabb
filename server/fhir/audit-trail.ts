import type { Principal } from '../access/principal.ts';
import type { AuditRows } from '../storage/audit-rows.ts';

/** A resource whose content was returned; the trail finds the patients that it is about. */
export interface SeenResource {
  readonly type: string;
  readonly id: string;
  /** Its JSON text, or the tail of it that is stored. */
  readonly body: string;
}

/** One thing that a request did, for the audit trail; a transaction has one per entry. */
export interface AuditEntry {
  /** https://hl7.org/fhir/R4/valueset-audit-event-action.html */
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E';
  /** As in CapabilityStatement (`vread`, `search-type`, …), or `$name` of an operation. */
  readonly interaction: string;
  readonly type?: string;
  readonly id?: string;
  readonly version?: number;
  /** Of a search: the query as it was sent. */
  readonly query?: string;
  /** `Type/id` of the resources that were returned, when `seen` does not tell. */
  readonly found?: readonly string[];
  /** `Patient/id` of those whose data it is about, as far as known; those of `seen` are added. */
  readonly patients?: readonly string[];
  /** What was returned of a read or search; what was written of a write. */
  readonly seen?: readonly SeenResource[];
}

/**
 * Notes what a request does. Reads are noted with {@link AuditTrail.note} and stored before the answer leaves. Writes go
 * through {@link AuditTrail.rows}, so that the statement that writes stores them too; that is done where the store is
 * written (`write/put.ts`, `write/remove-live.ts`, `interactions/create.ts`, `bundle/execute.ts`), for every path alike.
 */
export interface AuditTrail {
  /** Whether anything is recorded; what costs something to put together is put together only then. */
  readonly isOn: boolean;
  note(entry: AuditEntry): void;
  /**
   * Rows that the writing statement stores. Undefined when there are none to store there: audit is off, or the
   * transaction stores all of its rows before it commits.
   */
  rows(entries: readonly AuditEntry[]): AuditRows | undefined;
  /** The trail of one attempt of a transaction; what a failed attempt noted is forgotten. */
  transaction(): TransactionTrail;
  /** The trail of a part that is answered by itself: an entry of a batch. */
  part(): AnsweredTrail;
  /** What the request is, should nothing else be noted of it, or should it fail. */
  begin(interaction: string, path: readonly string[], query: string): void;
}

export interface TransactionTrail extends AuditTrail {
  /** All that was noted, to be stored before the commit. */
  pending(): AuditRows | undefined;
}

/** What was asked is answered: an answer without a note of its own is noted by its interaction alone. */
export interface AnsweredTrail extends AuditTrail {
  succeeded(status: number): void;
  /** @param reason code of the fault and its text */
  failed(status: number, reason: string): void;
}

/** The trail of a request at the server's door. */
export interface RequestTrail extends AnsweredTrail {
  /** Whoever asks, as their access knows them: with the emergency that is open for them. */
  actsAs(principal: Principal): void;
  /**
   * Resolves when all that was noted is stored; to be awaited before the answer leaves.
   * @throws Fault 503 when it cannot be stored
   */
  settle(): Promise<void>;
}

/** Nothing is recorded: audit is off, or the work is the server's own. */
export const NO_TRAIL: RequestTrail & TransactionTrail = {
  isOn: false,
  actsAs: () => undefined,
  note: () => undefined,
  rows: () => undefined,
  transaction: () => NO_TRAIL,
  part: () => NO_TRAIL,
  begin: () => undefined,
  pending: () => undefined,
  succeeded: () => undefined,
  failed: () => undefined,
  settle: () => Promise.resolve(),
};
