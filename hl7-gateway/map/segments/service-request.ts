import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension, ownExtension } from '../canonical.ts';
import { diagnosticServiceSectionID, orderType } from '../codes/order-codes.ts';
import { confidentialityCode } from '../codes/visit-codes.ts';
import { address } from '../datatypes/address.ts';
import { coding, concept, concepts } from '../datatypes/concept.ts';
import { contactPoint } from '../datatypes/contact-point.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { identifierOfCx, identifierOfEi, ownSystem } from '../datatypes/identifier.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { append, put, putAll, putFieldExtension, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { orderingFacility } from './ordering-facility.ts';
import { isNewOrder } from './order-status.ts';
import { priorityOf } from './priority.ts';
import type { OrderTiming } from './timing.ts';

/**
 * What OBR says of an order.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-obr-to-servicerequest.html
 */
export function putOrderDetail(request: Elements, obr: SegmentReader, draft: MappingDraft): void {
  const { resource } = request;
  obr.skip(1);
  put(request, 'code', obr, 4, (value) => concept(value, draft));
  put(request, 'priority', obr, 5, (value) => priorityOf(value, draft));
  put(request, 'occurrenceDateTime', obr, 6, (value) => dateTime(value, draft));
  if (obr.text(11) === 'G') resource.intent = 'reflex-order';
  putFieldExtension(request, ownExtension('relevant-clinical-information'), 'valueCodeableConcept', obr, 13, (value) =>
    concept(value, draft),
  );
  put(request, 'requester', obr, 16, (value) => practitionerReference(value, draft));
  putCallback(request, obr, 17, draft);
  putAll(request, 'category', obr, 24, (value) => concepts(value, draft, { map: diagnosticServiceSectionID }));
  putAll(request, 'basedOn', obr, 29, (value) => parentsOf(value, draft));
  putAll(request, 'reasonCode', obr, 31, (value) => concept(value, draft));
  for (const field of [44, 46, 47]) putAll(request, 'orderDetail', obr, field, (value) => concept(value, draft));
  putAll(request, 'identifier', obr, 53, (value) =>
    identifierOfCx(value, draft, { type: 'PLAC', system: ownSystem(draft, 'placer') }),
  );
}

/**
 * What ORC says of an order. It comes after its OBR: what both say, ORC says of the whole.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-orc-to-servicerequest.html
 */
export function putCommonOrder(request: Elements, orc: SegmentReader, draft: MappingDraft): void {
  const { resource } = request;
  putGroup(request, orc, draft);
  putAll(request, 'basedOn', orc, 8, (value) => parentsOf(value, draft));
  if (isNewOrder(orc.text(1))) put(request, 'authoredOn', orc, 9, (value) => dateTime(value, draft));
  const home = orc.value(24);
  const at = home && address(home, draft);
  put(request, 'requester', orc, 12, (value) =>
    practitionerReference(value, draft, at === undefined ? {} : { address: [at] }),
  );
  const place = orc.value(21);
  const organization = place && orderingFacility(draft, orc, place);
  if (resource.requester === undefined && organization !== undefined) resource.requester = organization;
  if (!hasCallback(resource)) putCallback(request, orc, 14, draft);
  putFieldExtension(request, coreExtension('request-statusReason'), 'valueCodeableConcept', orc, 16, (value) =>
    concept(value, draft),
  );
  const confidentiality = orc.value(28);
  const security = confidentiality && coding(confidentiality, draft, { map: confidentialityCode });
  if (security !== undefined) resource.meta = { security: [security] };
  putAll(request, 'locationCode', orc, 29, (value) => concepts(value, draft, { map: orderType }));
  putAll(request, 'identifier', orc, 33, (value) =>
    identifierOfCx(value, draft, { type: 'PLAC', system: ownSystem(draft, 'placer') }),
  );
  putAll(request, 'identifier', orc, 38, (value) => groupNumber(value, 'FGN', 'filler-group', draft));
}

/** ORC-4: the placer's group; in version 2.8.2 a pair of placer's and filler's group. */
function putGroup({ resource }: Elements, orc: SegmentReader, draft: MappingDraft): void {
  const value = orc.value(4);
  if (value === undefined) return;
  const isPair = draft.message.version === '2.8.2';
  const requisition = groupNumber(isPair ? value.part(1) : value, 'PGN', 'placer-group', draft);
  if (requisition !== undefined) resource.requisition = requisition;
  const filler = isPair && !orc.has(38) ? groupNumber(value.part(2), 'FGN', 'filler-group', draft) : undefined;
  if (filler !== undefined) append(resource, 'identifier', filler);
}

function groupNumber(value: Value, type: string, kind: string, draft: MappingDraft): JsonObject | undefined {
  return identifierOfEi(value, draft, { type, system: ownSystem(draft, kind) });
}

/** EIP: the order that this one is part of, by placer's and filler's number. */
function parentsOf(value: Value, draft: MappingDraft): readonly JsonObject[] {
  const parents = [
    identifierOfEi(value.part(1), draft, { type: 'PLAC', system: ownSystem(draft, 'placer') }),
    identifierOfEi(value.part(2), draft, { type: 'FILL', system: ownSystem(draft, 'filler') }),
  ];
  return parents
    .filter((identifier) => identifier !== undefined)
    .map((identifier) => ({ type: 'ServiceRequest', identifier }));
}

const CALLBACK = coreExtension('servicerequest-order-callback-phone-number');

function putCallback(request: Elements, segment: SegmentReader, field: number, draft: MappingDraft): void {
  putFieldExtension(request, CALLBACK, 'valueContactPoint', segment, field, (value) => contactPoint(value, draft));
}

function hasCallback({ extension }: JsonObject): boolean {
  return Array.isArray(extension) && extension.some((each) => (each as JsonObject).url === CALLBACK);
}

/** When it is to be done: a moment or a period where nothing repeats. */
export function putOrderTiming(
  { resource }: Elements,
  { quantity, timing, start, end, priority, condition, instruction, isAsNeeded }: OrderTiming,
): void {
  if (quantity !== undefined) resource.quantityQuantity = quantity;
  if (timing !== undefined || start !== undefined || end !== undefined) delete resource.occurrenceDateTime;
  if (timing !== undefined) resource.occurrenceTiming = timing;
  else if (end !== undefined) resource.occurrencePeriod = { ...(start === undefined ? {} : { start }), end };
  else if (start !== undefined) resource.occurrenceDateTime = start;
  if (priority !== undefined) resource.priority = priority;
  if (condition !== undefined)
    append(resource, 'extension', {
      url: coreExtension('servicerequest-precondition'),
      valueCodeableConcept: { text: condition },
    });
  if (instruction !== undefined) append(resource, 'note', { text: instruction });
  if (isAsNeeded) resource.asNeededBoolean = true;
}
