import type { JsonObject } from '../../../server/kernel/json.ts';
import { bodySite } from '../codes/clinical-codes.ts';
import { additivePreservative, specimenCondition, specimenType } from '../codes/specimen-codes.ts';
import { concept } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { plainText } from '../datatypes/text.ts';
import { filled } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { momentOrPeriod } from './moment-or-period.ts';
import { amountOfCq } from './units.ts';

/** OBR-9, 10, 14, 15, 39: any of them says that there is a specimen. OBR-7 alone does not: a scan has a time, too. */
const SPECIMEN_FIELDS = [9, 10, 14, 15, 39] as const;

/** Whether an OBR names its specimen: then it is a Specimen of its own beside those of SPM. */
export function namesSpecimen(obr: SegmentReader): boolean {
  return obr.has(15);
}

/** What other segments say. */
export interface KnownSpecimen {
  /** Whether there is one in any case: then OBR-7 says when it was collected. */
  readonly isKnown: boolean;
  /** Who collects it, where OBR-10 does not say. */
  readonly collector: JsonObject | undefined;
}

/**
 * What an OBR says of the specimen of its order, as elements of Specimen; undefined where it says nothing.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-obr-to-specimen.html
 */
export function specimenElements(
  draft: MappingDraft,
  obr: SegmentReader,
  { isKnown, collector }: KnownSpecimen,
): JsonObject | undefined {
  if (!isKnown && !SPECIMEN_FIELDS.some((field) => obr.has(field))) return undefined;
  const source = sourceOf(obr.value(15), draft);
  const received = obr.value(14);
  const named = obr.value(10);
  const [start, end] = [obr.value(7), obr.value(8)].map((value) => value && dateTime(value, draft));
  const collection = filled({
    collector: (named && practitionerReference(named, draft)) ?? collector,
    ...momentOrPeriod('collected', start, end),
    quantity: amountOfCq(obr.value(9), draft),
    bodySite: source.bodySite,
  });
  const notes = [source.text, ...obr.values(39).map((value) => plainText(value))].filter((text) => text !== undefined);
  return filled({
    type: source.type,
    receivedTime: received && dateTime(received, draft),
    collection,
    container: source.additive && [{ additiveCodeableConcept: source.additive }],
    condition: source.condition && [source.condition],
    note: notes.length === 0 ? undefined : notes.map((text) => ({ text })),
  });
}

interface SpecimenSource {
  readonly type?: JsonObject | undefined;
  readonly additive?: JsonObject | undefined;
  readonly text?: string | undefined;
  readonly bodySite?: JsonObject | undefined;
  readonly condition?: JsonObject | undefined;
}

/** SPS: source, additives, text, site, modifier, collection method. In older versions the parts are texts. */
function sourceOf(value: Value | undefined, draft: MappingDraft): SpecimenSource {
  if (value === undefined) return {};
  return {
    type: part(value, 1, (each) => concept(each, draft, { map: specimenType })),
    additive: part(value, 2, (each) => concept(each, draft, { map: additivePreservative })),
    text: part(value, 3, plainText),
    bodySite: part(value, 4, (each) => concept(each, draft, { map: bodySite })),
    condition: part(value, 6, (each) => concept(each, draft, { map: specimenCondition })),
  };
}

function part<T>(value: Value, number: number, make: (part: Value) => T | undefined): T | undefined {
  const found = value.part(number);
  return found.hasContent() ? make(found) : undefined;
}
