import type { JsonObject } from '../../../server/kernel/json.ts';
import { LOINC } from '../canonical.ts';
import { concept } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { append } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';

/** LOINC codes of what an Immunization has elements for (CDC implementation guide for immunization messaging, value set NIP003). */
const ELIGIBILITY = '64994-7';
const FUNDING = '30963-3';
const DOCUMENT = '69764-9';
const PUBLISHED = '29768-9';
const PRESENTED = '29769-7';

/** Leaflets: their OBX have one OBX-4 in common. */
const LEAFLET: ReadonlySet<string> = new Set([DOCUMENT, PUBLISHED, PRESENTED]);

/**
 * What OBX say of a dose that an Immunization has an element for: who pays, who is eligible, which leaflet was given. They are
 * observations all the same: only these say when it was found, and how.
 */
export function putDoseFacts(resource: JsonObject, segments: readonly SegmentReader[], draft: MappingDraft): void {
  for (const obx of segments) {
    const code = loincOf(obx);
    const value = obx.value(5);
    const made = value && (code === ELIGIBILITY || code === FUNDING) ? concept(value, draft) : undefined;
    if (made === undefined) continue;
    if (code === ELIGIBILITY) append(resource, 'programEligibility', made);
    else resource.fundingSource ??= made;
  }
  for (const group of leafletsOf(segments).values()) putLeaflet(resource, group, draft);
}

function loincOf(obx: SegmentReader): string {
  const value = obx.value(3);
  return value?.peek(3) === 'LN' || value?.peek(3) === LOINC ? value.peek(1) : '';
}

/** By OBX-4; only those that say which leaflet: FHIR wants that. */
function leafletsOf(segments: readonly SegmentReader[]): ReadonlyMap<string, readonly SegmentReader[]> {
  const groups = new Map<string, SegmentReader[]>();
  for (const obx of segments) {
    if (!LEAFLET.has(loincOf(obx))) continue;
    const key = obx.source.getRaw(4);
    groups.set(key, [...(groups.get(key) ?? []), obx]);
  }
  for (const [key, group] of groups)
    if (!group.some((obx) => loincOf(obx) === DOCUMENT && obx.has(5))) groups.delete(key);
  return groups;
}

function putLeaflet(resource: JsonObject, group: readonly SegmentReader[], draft: MappingDraft): void {
  const education: JsonObject = {};
  for (const obx of group) {
    const value = obx.value(5);
    if (value === undefined) continue;
    const code = loincOf(obx);
    if (code === DOCUMENT) {
      const named = value.text(2);
      education.documentType = named || value.text(1);
      if (named !== '') value.text(1);
      value.text(3);
      continue;
    }
    const at = dateTime(value, draft);
    if (at !== undefined) education[code === PUBLISHED ? 'publicationDate' : 'presentationDate'] = at;
  }
  append(resource, 'education', education);
}
