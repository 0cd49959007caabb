import type { JsonObject } from '../../../server/kernel/json.ts';
import { ownExtension } from '../canonical.ts';
import { yesNoIndicatorAvailabilityStatus } from '../codes/order-codes.ts';
import {
  additivePreservative,
  specimenCollectionMethod,
  specimenCondition,
  specimenRejectReason,
  specimenType,
} from '../codes/specimen-codes.ts';
import { code, concept } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { identifierOfCx, identifierOfEi, matchOf, ownSystem } from '../datatypes/identifier.ts';
import { plainText } from '../datatypes/text.ts';
import { append, elementsOf, filled, put, putAll, putFieldExtension, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { momentOrPeriod } from './moment-or-period.ts';
import { annotations } from './note.ts';
import { derivedIdentifier } from './order-numbers.ts';
import { amountOfCq } from './units.ts';
import type { PatientScope } from './patient-scope.ts';

/** What a specimen has from where it stands. */
export interface SpecimenScope {
  readonly whom: PatientScope;
  /** What it is known by where it has no number: its order. Undefined: it is new with each message. */
  readonly identity?: readonly string[];
  readonly eventTime: string;
  /** ServiceRequest for which it was taken. */
  readonly request?: JsonObject;
  /** Elements that its order says of it, where it says nothing itself: `receivedTime`, `collection`. */
  readonly fromOrder?: JsonObject;
}

/**
 * SPM as a Specimen.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-spm-to-specimen.html
 */
export function specimenEntry(
  draft: MappingDraft,
  spm: SegmentReader,
  below: readonly SegmentReader[],
  scope: SpecimenScope,
): JsonObject {
  const specimen = elementsOf('Specimen');
  const { resource } = specimen;
  spm.skip(1);
  const identifiers = pairIdentifiers(spm.value(2), draft);
  for (const identifier of identifiers) append(resource, 'identifier', identifier);
  for (const value of spm.values(31)) appendDefined(resource, 'identifier', identifierOfCx(value, draft));
  for (const value of spm.values(32))
    appendDefined(resource, 'identifier', identifierOfEi(value, draft, { type: 'SHIP' }));
  putAll(specimen, 'parent', spm, 3, (value) => {
    const [identifier] = pairIdentifiers(value, draft);
    return identifier && { type: 'Specimen', identifier };
  });
  put(specimen, 'type', spm, 4, (value) => concept(value, draft, { map: specimenType }));
  put(specimen, 'accessionIdentifier', spm, 30, (value) =>
    identifierOfCx(value, draft, { system: ownSystem(draft, 'accession') }),
  );
  put(specimen, 'receivedTime', spm, 18, (value) => dateTime(value, draft));
  put(specimen, 'status', spm, 20, (value) => code(value, draft, yesNoIndicatorAvailabilityStatus));
  putAll(specimen, 'condition', spm, 24, (value) => concept(value, draft, { map: specimenCondition }));
  putFieldExtension(specimen, ownExtension('specimen-reject-reason'), 'valueCodeableConcept', spm, 21, (value) =>
    concept(value, draft, { map: specimenRejectReason }),
  );
  const collection = collectionOf(spm, draft);
  if (collection !== undefined) resource.collection = collection;
  putContainer(resource, spm, draft);
  const notes = [...spm.values(14).map(textNote), ...annotations(draft, below)].filter((note) => note !== undefined);
  if (notes.length > 0) resource.note = notes;
  return addSpecimen(draft, spm.place, specimen, identifiers, scope);
}

/** Adds a Specimen by its numbers, else by its order. */
export function addSpecimen(
  draft: MappingDraft,
  place: string,
  { resource, clears }: Elements,
  identifiers: readonly JsonObject[],
  { whom, identity, eventTime, request, fromOrder }: SpecimenScope,
): JsonObject {
  const matches = identifiers.map(matchOf).filter((match) => match !== undefined);
  if (matches.length === 0 && identity !== undefined) {
    const derived = derivedIdentifier('specimen', identity);
    append(resource, 'identifier', derived);
    matches.push(...[matchOf(derived)].filter((match) => match !== undefined));
  }
  resource.subject = whom.patient.reference;
  if (request !== undefined) resource.request = [request];
  const reference = draft.add(place, {
    resource: { ...withDefaults(resource, fromOrder), resourceType: 'Specimen' },
    match: matches,
    mode: 'upsert',
    ...(clears.length === 0 ? {} : { clears }),
    adds: ['request', 'identifier'],
    eventTime,
  });
  return { reference };
}

/** Two levels deep: what its order says of the collection adds to what the specimen says; of its times the own one stands. */
function withDefaults(resource: JsonObject, fromOrder: JsonObject | undefined): JsonObject {
  if (fromOrder === undefined) return resource;
  const own = resource.collection as JsonObject | undefined;
  const { collectedDateTime, collectedPeriod, ...others } = (fromOrder.collection ?? {}) as JsonObject;
  const hasTime = own?.collectedDateTime !== undefined || own?.collectedPeriod !== undefined;
  const times = hasTime ? {} : { collectedDateTime, collectedPeriod };
  const collection = filled({ ...others, ...times, ...own });
  return { ...fromOrder, ...resource, ...(collection === undefined ? {} : { collection }) };
}

/** EIP: placer's and filler's number of one specimen. */
function pairIdentifiers(value: Value | undefined, draft: MappingDraft): readonly JsonObject[] {
  if (value === undefined) return [];
  return [
    identifierOfEi(value.part(1), draft, { type: 'PLAC', system: ownSystem(draft, 'placer-specimen') }),
    identifierOfEi(value.part(2), draft, { type: 'FILL', system: ownSystem(draft, 'filler-specimen') }),
  ].filter((identifier) => identifier !== undefined);
}

function collectionOf(spm: SegmentReader, draft: MappingDraft): JsonObject | undefined {
  const [method, site, quantity, when] = [7, 8, 12, 17].map((field) => spm.value(field));
  return filled({
    method: method && concept(method, draft, { map: specimenCollectionMethod }),
    bodySite: site && concept(site, draft),
    quantity: amountOfCq(quantity, draft),
    ...(when === undefined
      ? {}
      : momentOrPeriod('collected', dateTime(when.part(1), draft), dateTime(when.part(2), draft))),
  });
}

function putContainer(resource: JsonObject, spm: SegmentReader, draft: MappingDraft): void {
  const type = spm.value(27);
  const container = filled({ type: type && concept(type, draft) });
  const additives = spm.values(6).map((value) => concept(value, draft, { map: additivePreservative }));
  const [first, ...others] = additives.filter((additive) => additive !== undefined);
  if (first === undefined && container === undefined) return;
  // Each container has one additive.
  resource.container = [
    { ...container, ...(first === undefined ? {} : { additiveCodeableConcept: first }) },
    ...others.map((additiveCodeableConcept) => ({ additiveCodeableConcept })),
  ];
}

function textNote(value: Value): JsonObject | undefined {
  const text = plainText(value);
  return text === undefined ? undefined : { text };
}

function appendDefined(resource: JsonObject, element: string, item: JsonObject | undefined): void {
  if (item !== undefined) append(resource, element, item);
}
