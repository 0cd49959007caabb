import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { bedStatus } from '../codes/visit-codes.ts';
import { coding } from '../datatypes/concept.ts';
import { locationReference } from '../datatypes/location.ts';
import { append, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';

const PREADMIT = 'P';

/** Where the patient is (PV1-3), was (6), is for a while (11) or was (43), will be (42), and was to be (PV2-1). */
export function putPlaces(
  { resource }: Elements,
  { pv1, pv2 }: { readonly pv1: SegmentReader; readonly pv2?: SegmentReader | undefined },
  draft: MappingDraft,
): void {
  const isPlanned = pv1.text(2) === PREADMIT;
  const places: readonly (readonly [SegmentReader | undefined, number, string])[] = [
    [pv1, 3, isPlanned ? 'planned' : 'active'],
    [pv1, 6, 'completed'],
    [pv1, 11, 'active'],
    [pv1, 43, 'completed'],
    [pv1, 42, 'reserved'],
    [pv2, 1, 'planned'],
  ];
  for (const [segment, field, status] of places) {
    const value = segment?.value(field);
    if (value === undefined) continue;
    const isAssigned = segment === pv1 && field === 3;
    const location = locationReference(value, draft, isAssigned ? operationalStatus(pv1, draft) : {});
    if (location === undefined) continue;
    const isTemporary = segment === pv1 && (field === 11 || field === 43);
    append(resource, 'location', { ...(isTemporary ? { extension: [TEMPORARY] } : {}), location, status });
  }
}

const TEMPORARY: JsonObject = {
  url: coreExtension('subject-locationClassification'),
  valueCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/ValueSet/subject-location', code: 'temporary' }] },
};

/** PV1-40 is of the room or bed. */
function operationalStatus(pv1: SegmentReader, draft: MappingDraft): JsonObject {
  const place = pv1.value(3);
  const status = pv1.value(40);
  if (place === undefined || status === undefined || (place.peek(2) === '' && place.peek(3) === '')) return {};
  const made = coding(status, draft, { map: bedStatus });
  return made === undefined ? {} : { operationalStatus: made };
}
