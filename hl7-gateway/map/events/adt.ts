import { defineMap } from '../define-map.ts';
import type { MessageMap } from '../map-context.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { patientGroup } from './patient-group.ts';
import { patientObservations } from './patient-observations.ts';

/**
 * Events of one patient (or two, in A17): what the event does to the visit's status is in `segments/visit-status.ts`.
 * Admissions, transfers, discharges, updates, persons, leaves, and what takes them back.
 */
const EVENTS = [
  'A01',
  'A02',
  'A03',
  'A04',
  'A05',
  'A06',
  'A07',
  'A08',
  'A09',
  'A10',
  'A11',
  'A12',
  'A13',
  'A14',
  'A15',
  'A16',
  'A17',
  'A21',
  'A22',
  'A23',
  'A25',
  'A26',
  'A27',
  'A28',
  'A29',
  'A31',
  'A32',
  'A33',
  'A38',
  'A52',
  'A53',
  'A54',
  'A55',
  'A60',
  'A61',
  'A62',
];

export const ADT_MAPS: readonly MessageMap[] = [
  defineMap(
    EVENTS.map((event) => `ADT^${event}`),
    (draft) => {
      for (const group of patientSegments(draft)) {
        const scope = patientGroup(draft, group, { event: triggerEvent(draft) });
        patientObservations(draft, group, scope);
      }
    },
  ),
];

/** `A08` */
export function triggerEvent({ message }: MappingDraft): string {
  return message.event.split('^')[1] ?? '';
}

/** The segments of each patient: from one PID to before the next. Without PID there is one group, which will say so. */
export function patientSegments(draft: MappingDraft): readonly (readonly SegmentReader[])[] {
  const groups: SegmentReader[][] = [];
  for (const segment of draft.segments) {
    if (segment.name === 'PID' || groups.length === 0) groups.push([]);
    groups.at(-1)?.push(segment);
  }
  const patients = groups.filter((group) => group.some(({ name }) => name === 'PID'));
  return patients.length === 0 ? groups : patients;
}
