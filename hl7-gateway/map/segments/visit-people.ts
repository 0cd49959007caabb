import { PARTICIPATION_TYPES } from '../canonical.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { append, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';

/** Who takes part, by field: codes of v3-ParticipationType. */
export const PEOPLE = [
  [7, 'ATND'],
  [8, 'REF'],
  [9, 'CON'],
  [17, 'ADM'],
  [52, 'PART'],
] as const;

/** A field that is given replaces who was stored in its role; others stay. */
export function putPeople(
  visit: Elements,
  segment: SegmentReader,
  field: number,
  role: string,
  draft: MappingDraft,
): void {
  if (segment.isNull(field) || segment.has(field)) visit.clears.push(`participant[type.coding.code=${role}]`);
  for (const value of segment.values(field)) {
    const individual = practitionerReference(value, draft);
    if (individual !== undefined)
      append(visit.resource, 'participant', {
        type: [{ coding: [{ system: PARTICIPATION_TYPES, code: role }] }],
        individual,
      });
  }
}
