import type { JsonObject } from '../../../server/kernel/json.ts';
import { patientClassEncounterStatus } from '../codes/visit-codes.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';

/** What an event makes of a visit's status: what it says, what holds where the visit is new, whether it takes back. */
export interface VisitStatus {
  readonly status?: string;
  readonly fallback: string;
  /** The event takes back the one before: the status goes back to what it was. */
  readonly isUndo?: boolean;
}

/** https://hl7.org/fhir/R4/valueset-encounter-status.html by trigger event; others say nothing of the status. */
const BY_EVENT: Readonly<Record<string, VisitStatus | undefined>> = {
  A01: { status: 'in-progress', fallback: 'in-progress' },
  A02: { status: 'in-progress', fallback: 'in-progress' },
  A03: { status: 'finished', fallback: 'finished' },
  A05: { status: 'planned', fallback: 'planned' },
  A06: { status: 'in-progress', fallback: 'in-progress' },
  A07: { status: 'in-progress', fallback: 'in-progress' },
  A10: { status: 'arrived', fallback: 'arrived' },
  A11: { status: 'cancelled', fallback: 'cancelled', isUndo: true },
  A13: { status: 'in-progress', fallback: 'in-progress', isUndo: true },
  A14: { status: 'planned', fallback: 'planned' },
  A21: { status: 'onleave', fallback: 'onleave' },
  A22: { status: 'in-progress', fallback: 'in-progress' },
  A23: { status: 'entered-in-error', fallback: 'entered-in-error' },
  A27: { status: 'cancelled', fallback: 'cancelled', isUndo: true },
  A32: { status: 'planned', fallback: 'planned', isUndo: true },
  A38: { status: 'cancelled', fallback: 'cancelled', isUndo: true },
  A52: { status: 'in-progress', fallback: 'in-progress' },
  A53: { status: 'onleave', fallback: 'onleave' },
};

/** A04 says that somebody is here, unless the class says that they are expected. */
const REGISTERED = 'A04';

/**
 * The event comes first; a discharge time ends a visit of which the event says no more than that it goes on; what an update says of
 * the status is known where the visit is new only, from its class.
 * @param event `A08`
 */
export function visitStatus(event: string, pv1: SegmentReader): VisitStatus {
  const isOver = pv1.has(45);
  const said = BY_EVENT[event];
  if (said !== undefined && !(isOver && said.status === 'in-progress' && said.isUndo !== true)) return said;
  if (isOver) return { status: 'finished', fallback: 'finished' };
  const byClass = patientClassEncounterStatus.lookup(pv1.text(2).toUpperCase())?.code ?? 'unknown';
  return event === REGISTERED ? { status: byClass, fallback: byClass } : { fallback: byClass };
}

/** FHIR wants a class; where none was sent, that it is not known. */
export const UNKNOWN_CLASS: JsonObject = { system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK' };
