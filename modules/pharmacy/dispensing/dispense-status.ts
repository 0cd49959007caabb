import type { ResourceOf } from '#sdk';

type Status = ResourceOf<'MedicationDispense'>['status'];

/** https://hl7.org/fhir/R4/valueset-medicationdispense-status.html, as it goes where stock is moved. What was handed over has happened: it is returned, not cancelled. */
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  preparation: ['in-progress', 'on-hold', 'completed', 'cancelled', 'stopped', 'declined', 'entered-in-error'],
  'in-progress': ['on-hold', 'completed', 'cancelled', 'stopped', 'declined', 'entered-in-error'],
  'on-hold': ['in-progress', 'completed', 'cancelled', 'stopped', 'declined', 'entered-in-error'],
  completed: ['entered-in-error'],
  cancelled: [],
  stopped: [],
  declined: [],
  'entered-in-error': [],
  unknown: [],
};

const OUT: ReadonlySet<Status> = new Set<Status>(['in-progress', 'on-hold', 'completed']);

/** Whether the units are taken out of stock: prepared for the patient, or handed over. */
export function isOut({ status }: { readonly status: Status }): boolean {
  return OUT.has(status);
}

/** What a dispense can become; empty: it stays so. */
export function nextStatuses(status: Status): readonly Status[] {
  return NEXT[status];
}
