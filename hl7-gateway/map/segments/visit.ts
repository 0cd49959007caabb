import type { JsonObject } from '../../../server/kernel/json.ts';
import { admissionType, hospitalService, patientClassEncounterClass } from '../codes/visit-codes.ts';
import { coding, concept, concepts } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { identifierOfCx, identifierType, matchesOf, ownSystem } from '../datatypes/identifier.ts';
import { append, elementsOf, filled, put, putAll, type Elements } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { accountNumber } from './account.ts';
import { putEpisode } from './episode.ts';
import { putHospitalization } from './hospitalization.ts';
import { PEOPLE, putPeople } from './visit-people.ts';
import { putVisitDetails } from './visit-details.ts';
import { putPlaces } from './visit-places.ts';
import { UNKNOWN_CLASS, visitStatus } from './visit-status.ts';

export interface VisitSource {
  readonly pv1: SegmentReader;
  readonly pv2?: SegmentReader | undefined;
  /** For its account number, which stands in where there is no visit number. */
  readonly pid?: SegmentReader | undefined;
  /** A reference. */
  readonly patient: JsonObject;
  /** Its number before (MRG-5, MRG-6). */
  readonly former?: JsonObject | undefined;
}

/** A visit by number, or one that nobody could find again: then it is a contained resource of what the message is about. */
export interface Visit {
  /** A reference: to an Encounter of its own, or to `#visit`. */
  readonly reference: JsonObject;
  readonly contained?: JsonObject;
  /** The number that recognises it, `system|value`. */
  readonly key?: string;
  /** What is made of it, for what segments after PV1 add: diagnoses, people. */
  readonly resource: JsonObject;
}

/**
 * The visit that an ADT event is about. Without a number (PV1-19, PV1-50, PID-18) it cannot be told from other visits: an
 * admission makes a new one, other events leave PV1 unread.
 * @param event `A08`
 */
export function visitEvent(draft: MappingDraft, event: string, source: VisitSource): Visit | undefined {
  const identifiers = visitIdentifiers(source, draft);
  const match = matchesOf(identifiers);
  if (match.length === 0 && !BEGINNINGS.has(event)) return undefined;
  const visit = visitElements(draft, source, identifiers);
  const { status, fallback, isUndo } = visitStatus(event, source.pv1);
  if (status !== undefined) visit.resource.status = status;
  if (event === 'A13') delete (visit.resource.period as JsonObject | undefined)?.end;
  const hasPlace = source.pv1.has(3);
  const reference = draft.add(source.pv1.place, {
    resource: visit.resource,
    match,
    // A cancellation may overtake its admission: then it must be there when the older event comes.
    mode: 'upsert',
    defaults: { status: fallback, class: UNKNOWN_CLASS },
    ...(isUndo === true ? { undo: 'status' as const } : {}),
    ...(visit.clears.length === 0 ? {} : { clears: visit.clears }),
    adds: ['participant', 'hospitalization', 'period', ...(hasPlace ? [] : ['location'])],
    eventTime: eventTimeOf(draft),
  });
  return { reference: { reference }, resource: visit.resource, ...keyOf(match) };
}

/** The visit in which an order, a result or a document was made: it is found, else stored with a status that nobody has said. */
export function visitMentioned(draft: MappingDraft, source: VisitSource): Visit | undefined {
  if (!hasSubstance(source.pv1)) return undefined;
  const identifiers = visitIdentifiers(source, draft);
  const match = matchesOf(identifiers);
  const { resource } = visitElements(draft, source, identifiers);
  resource.status = 'unknown';
  resource.class ??= UNKNOWN_CLASS;
  if (match.length === 0) {
    const contained = Object.assign(resource, { id: 'visit' });
    return { reference: { reference: '#visit' }, contained, resource };
  }
  const reference = draft.add(source.pv1.place, { resource, match, mode: 'create' });
  return { reference: { reference }, resource, ...keyOf(match) };
}

function keyOf([first]: readonly string[]): { readonly key?: string } {
  return first === undefined ? {} : { key: decodeURIComponent(first.slice('identifier='.length)) };
}

/** New visits. */
const BEGINNINGS = new Set(['A01', 'A04', 'A05', 'A14']);

/** PV1 must stand in many messages; class N (not applicable) says that there is no visit. */
function hasSubstance(pv1: SegmentReader): boolean {
  const fields = Array.from({ length: pv1.source.fields }, (_, index) => index + 1).filter((field) => pv1.has(field));
  return fields.some((field) => field > 2);
}

function visitIdentifiers({ pv1, pid, former }: VisitSource, draft: MappingDraft): JsonObject[] {
  const identifiers: JsonObject[] = former === undefined ? [] : [{ use: 'old', ...former }];
  for (const value of pv1.values(19)) {
    const identifier = visitNumber(value, draft);
    if (identifier !== undefined) identifiers.push(identifier);
  }
  for (const value of pv1.values(50)) {
    const identifier = identifierOfCx(value, draft);
    if (identifier !== undefined) identifiers.push(identifier);
  }
  const account = identifiers.length === 0 ? pid?.value(18) : undefined;
  const identifier = account === undefined ? undefined : accountNumber(account, draft);
  return identifier === undefined ? identifiers : [identifier];
}

/** CX of a visit: PV1-19, MRG-5. */
export function visitNumber(value: Value, draft: MappingDraft): JsonObject | undefined {
  const identifier = identifierOfCx(value, draft, { system: ownSystem(draft, 'visit') });
  return identifier === undefined ? undefined : withType(identifier, 'VN');
}

/** The type that the field says, and beside it the one that was sent. */
function withType(identifier: JsonObject, code: string): JsonObject {
  const sent = identifier.type as JsonObject | undefined;
  const type = identifierType(code);
  for (const each of (sent?.coding ?? []) as JsonObject[]) append(type, 'coding', each);
  return { ...identifier, type: { ...type, ...(sent?.text === undefined ? {} : { text: sent.text }) } };
}

function visitElements(draft: MappingDraft, source: VisitSource, identifiers: JsonObject[]): Elements {
  const { pv1, pv2, patient } = source;
  const visit = elementsOf('Encounter');
  pv1.skip(1);
  if (identifiers.length > 0) visit.resource.identifier = identifiers;
  visit.resource.subject = patient;
  put(visit, 'class', pv1, 2, (value) => coding(value, draft, { map: patientClassEncounterClass }));
  putAll(visit, 'type', pv1, 4, (value) => concepts(value, draft, { map: admissionType }));
  put(visit, 'serviceType', pv1, 10, (value) => concept(value, draft, { map: hospitalService }));
  for (const [field, role] of PEOPLE) putPeople(visit, pv1, field, role, draft);
  const period = filled({
    start: dateTimeOf(pv1, 44, draft),
    end: dateTimeOf(pv1, 45, draft),
  });
  if (period !== undefined) visit.resource.period = period;
  putPlaces(visit, source, draft);
  putHospitalization(visit, pv1, draft);
  putEpisode(visit, pv1, patient, draft);
  if (pv2 !== undefined) putVisitDetails(visit, pv2, draft);
  return visit;
}

function dateTimeOf(segment: SegmentReader, field: number, draft: MappingDraft): string | undefined {
  const value = segment.value(field);
  return value === undefined ? undefined : dateTime(value, draft);
}
