import type { JsonObject } from '../../../server/kernel/json.ts';
import { diagnosticServiceSectionID } from '../codes/order-codes.ts';
import { concept, concepts } from '../datatypes/concept.ts';
import { matchesOf } from '../datatypes/identifier.ts';
import { wholeNumber } from '../datatypes/quantity.ts';
import { plainText } from '../datatypes/text.ts';
import { append, elementsOf, put, putAll, type Elements } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { conceptKey, ownIdentity } from '../own-identity.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { segmentOf, type MasterRecord } from './master-record.ts';

/** HL7 table 0125 (type of OBX-5). https://hl7.org/fhir/R4/valueset-permitted-data-type.html */
const DATA_TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    NM: 'Quantity',
    CQ: 'Quantity',
    SN: 'Quantity',
    CE: 'CodeableConcept',
    CWE: 'CodeableConcept',
    CNE: 'CodeableConcept',
    ST: 'string',
    TX: 'string',
    FT: 'string',
    DT: 'dateTime',
    TS: 'dateTime',
    DTM: 'dateTime',
    TM: 'time',
    NR: 'Range',
  }),
);

/**
 * MFN M08–M11: a test that can be ordered, known by its code (OM1-2), as an ActivityDefinition; what its results are like is contained
 * in it: R4 has no search by which an ObservationDefinition could be found again.
 */
export function testDefinition(draft: MappingDraft, record: MasterRecord): void {
  const om1 = segmentOf(record, 'OM1');
  if (om1 === undefined) throw new MapFailure('A record of the file of tests has no OM1', 'OM1', '101');
  om1.skip(1);
  const definition = elementsOf('ActivityDefinition');
  const { resource } = definition;
  put(definition, 'code', om1, 2, (value) => concept(value, draft));
  const identifier = ownIdentity(draft, 'test', [conceptKey(resource.code as JsonObject | undefined)]);
  if (identifier === undefined) throw new MapFailure('OM1-2 has no code of the test', 'OM1^1^2', '101');
  Object.assign(resource, {
    identifier: [identifier],
    status: record.isInactive ? 'retired' : 'active',
    kind: 'ServiceRequest',
  });
  putAll(definition, 'topic', om1, 49, (value) => concepts(value, draft, { map: diagnosticServiceSectionID }));
  put(definition, 'title', om1, 10, plainText);
  resource.contained = [resultDefinition(draft, om1, segmentOf(record, 'OM2'), resource)];
  resource.observationResultRequirement = [{ reference: '#result' }];
  draft.add(om1.place, {
    resource,
    match: matchesOf([identifier]),
    mode: 'upsert',
    ...(definition.clears.length === 0 ? {} : { clears: definition.clears }),
    eventTime: eventTimeOf(draft),
  });
}

/** OM1-3 and OM2 as an ObservationDefinition with the id `result`. */
function resultDefinition(
  draft: MappingDraft,
  om1: SegmentReader,
  om2: SegmentReader | undefined,
  { code, title }: JsonObject,
): JsonObject {
  const result = elementsOf('ObservationDefinition');
  Object.assign(result.resource, { id: 'result', code });
  for (const value of om1.values(3)) {
    const type = DATA_TYPES.get(value.text(1));
    if (type !== undefined) append(result.resource, 'permittedDataType', type);
  }
  if (title !== undefined) result.resource.preferredReportName = title;
  if (om2 !== undefined) putQuantity(result, om2, draft);
  return result.resource;
}

/** OM2-2 and 3: unit and digits behind the point. */
function putQuantity({ resource }: Elements, om2: SegmentReader, draft: MappingDraft): void {
  om2.skip(1);
  const details: JsonObject = {};
  const unit = om2.value(2);
  const made = unit === undefined ? undefined : concept(unit, draft);
  if (made !== undefined) details.unit = made;
  const [digits] = om2.values(3).map((value) => wholeNumber(value.text(1)));
  if (digits !== undefined) details.decimalPrecision = digits;
  if (Object.keys(details).length > 0) resource.quantitativeDetails = details;
}
