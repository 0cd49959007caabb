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
  /** `Type/id` of the resources that were returned. */
  readonly found?: readonly string[];
  /** `Patient/id` of those whose data it is about, as far as known. */
  readonly patients?: readonly string[];
}

/** Notes what a request does. What is noted is stored before the answer leaves; of writes in the same transaction. */
export interface AuditTrail {
  note(entry: AuditEntry): void;
}

/** Nothing is recorded: audit is off, or the work is the server's own. */
export const NO_TRAIL: AuditTrail = { note: () => undefined };
