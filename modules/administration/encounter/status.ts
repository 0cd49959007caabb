import type { ResourceOf } from '#sdk';

type Encounter = ResourceOf<'Encounter'>;
export type Status = Encounter['status'];

/**
 * What an Encounter may become. Outpatient visits need no triage, and of some only the end is told; who is not seen leaves by
 * `cancelled`, and so does an admission that is taken back (HL7 v2 A11).
 */
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  planned: ['arrived', 'triaged', 'in-progress', 'finished', 'cancelled'],
  arrived: ['triaged', 'in-progress', 'finished', 'cancelled'],
  triaged: ['in-progress', 'finished', 'cancelled'],
  'in-progress': ['onleave', 'finished', 'cancelled'],
  onleave: ['in-progress', 'finished'],
  finished: [],
  cancelled: [],
  // Somebody finds out what became of it.
  unknown: ['planned', 'arrived', 'triaged', 'in-progress', 'onleave', 'finished', 'cancelled'],
  'entered-in-error': [],
};

/**
 * What may follow, once: its course, the status that it had before (a discharge that is taken back, HL7 v2 A13), and
 * `entered-in-error`, as what should never have been there may be said of all.
 * https://hl7.org/fhir/R4/valueset-encounter-status.html
 */
export function nextStatuses(encounter: Pick<Encounter, 'status' | 'statusHistory'>): readonly Status[] {
  const { status } = encounter;
  if (status === 'entered-in-error') return [];
  const earlier = statusBefore(encounter);
  return [...new Set([...NEXT[status], ...(earlier === undefined ? [] : [earlier]), 'entered-in-error' as const])];
}

/** The status that it had before the present one, as far as its history tells. */
function statusBefore({ status, statusHistory = [] }: Pick<Encounter, 'status' | 'statusHistory'>): Status | undefined {
  const last = statusHistory.at(-1);
  const isPresent = last?.status === status && last.period.end === undefined;
  const earlier = isPresent ? statusHistory.at(-2)?.status : last?.status;
  return earlier === status ? undefined : earlier;
}

/** Whether the patient is there, or is expected back: then they hold their places. */
export function isLiveStatus(status: Status): boolean {
  return status === 'arrived' || status === 'triaged' || status === 'in-progress' || status === 'onleave';
}

/** Whether nothing follows but taking it back. */
export function isOver(status: Status): boolean {
  return NEXT[status].length === 0;
}
