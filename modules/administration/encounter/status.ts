import type { ResourceOf } from '#sdk';

export type Status = ResourceOf<'Encounter'>['status'];

/** What an Encounter may become. Outpatient visits need no triage; who is not seen leaves by `cancelled`. */
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  planned: ['arrived', 'triaged', 'in-progress', 'cancelled'],
  arrived: ['triaged', 'in-progress', 'cancelled'],
  triaged: ['in-progress', 'cancelled'],
  'in-progress': ['onleave', 'finished'],
  onleave: ['in-progress', 'finished'],
  finished: [],
  cancelled: [],
  // Somebody finds out what became of it.
  unknown: ['planned', 'arrived', 'triaged', 'in-progress', 'onleave', 'finished', 'cancelled'],
  'entered-in-error': [],
};

/** https://hl7.org/fhir/R4/valueset-encounter-status.html; what should never have been there may be said of all. */
export function nextStatuses(status: Status): readonly Status[] {
  return status === 'entered-in-error' ? [] : [...NEXT[status], 'entered-in-error'];
}

/** Whether the patient is there, or is expected back: then they hold their places. */
export function isLiveStatus(status: Status): boolean {
  return status === 'arrived' || status === 'triaged' || status === 'in-progress' || status === 'onleave';
}

/** Whether nothing follows. */
export function isOver(status: Status): boolean {
  return NEXT[status].length === 0;
}
