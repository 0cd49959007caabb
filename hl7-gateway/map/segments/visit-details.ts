import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { encounterPriority, modeOfArrivalCode } from '../codes/visit-codes.ts';
import { coding, concept, concepts } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { setDecimal } from '../datatypes/quantity.ts';
import { plainText } from '../datatypes/text.ts';
import { append, put, putAll, putFieldExtension, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { putPeople } from './visit-people.ts';

const YES_NO = 'http://terminology.hl7.org/CodeSystem/v2-0136';
const R5 = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter';

/** PV2. Its place (PV2-1) is read with those of PV1. */
export function putVisitDetails(visit: Elements, pv2: SegmentReader, draft: MappingDraft): void {
  putAll(visit, 'reasonCode', pv2, 3, (value) => concepts(value, draft));
  putFieldExtension(visit, `${R5}.plannedStartDate`, 'valueDateTime', pv2, 8, (value) => dateTime(value, draft));
  putFieldExtension(visit, `${R5}.plannedEndDate`, 'valueDateTime', pv2, 9, (value) => dateTime(value, draft));
  put(visit, 'length', pv2, 11, days);
  put(visit, 'text', pv2, 12, narrative);
  putPeople(visit, pv2, 13, 'REF', draft);
  const protection = pv2.text(22).toUpperCase();
  if (protection === 'Y' || protection === 'N')
    visit.resource.meta = { security: [{ system: YES_NO, code: protection }] };
  put(visit, 'priority', pv2, 25, (value) => concept(value, draft, { map: encounterPriority }));
  const arrival = pv2.value(38);
  const made = arrival === undefined ? undefined : coding(arrival, draft, { map: modeOfArrivalCode });
  if (made !== undefined)
    append(visit.resource, 'extension', { url: coreExtension('encounter-modeOfArrival'), valueCoding: made });
}

function days(value: Value): JsonObject | undefined {
  const length: JsonObject = {};
  if (!setDecimal(length, 'value', value.peek())) return undefined;
  value.text();
  return Object.assign(length, { unit: 'days', system: 'http://unitsofmeasure.org', code: 'd' });
}

/** PV2-12 is for people only. */
function narrative(value: Value): JsonObject | undefined {
  const text = plainText(value);
  if (text === undefined) return undefined;
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml">${escaped}</div>` };
}
