import type { JsonObject } from '../../../server/kernel/json.ts';
import type { DataSet } from '../dimse/data-set.ts';
import type { DicomPeer } from '../peers/peer.ts';
import { codeItems } from './code-items.ts';
import {
  codingsOf,
  conceptText,
  identifierOfType,
  objectOf,
  objectsOf,
  referenceOf,
  stringOf,
} from './fhir-elements.ts';
import { modalityOf, MODALITIES } from './modality.ts';
import { personName } from './person-name.ts';
import { performersOf, type OpenOrder } from './read-orders.ts';
import { shortText } from './value-text.ts';
import { wallClock } from './wall-clock.ts';

const OWN_ACCESSION = 'https://athanor.health/fhir/identifier/accession';
const CLINICAL_INFORMATION = 'https://athanor.health/fhir/StructureDefinition/relevant-clinical-information';
const STUDY_UID = 'urn:dicom:uid';

const PRIORITIES: Readonly<Record<string, string | undefined>> = {
  stat: 'STAT',
  asap: 'HIGH',
  urgent: 'HIGH',
  routine: 'ROUTINE',
};

/** Who asks, and whom else the clinic knows. */
export interface EntryContext {
  readonly peer: DicomPeer;
  /** All that are active: whose stations orders name. */
  readonly peers: readonly DicomPeer[];
  /** IANA zone of the clocks. */
  readonly zone: string;
}

/** What a worklist says of an order: https://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_K.6.html */
export function orderAttributes(order: OpenOrder, context: EntryContext): DataSet {
  const { request, requester, encounter } = order;
  const accession = accessionOf(request);
  const requesterName = personName(requester?.name) || shortText(stringOf(objectOf(request.requester).display), 64);
  const what = shortText(conceptText(request.code), 64);
  return {
    AccessionNumber: accession,
    ReferringPhysicianName: requesterName,
    RequestingPhysician: requesterName,
    StudyInstanceUID: studyUidOf(request),
    ReferencedStudySequence: [],
    ReferencedPatientSequence: [],
    RequestedProcedureID: shortText(stringOf(numberOf(request, 'requested-procedure')?.value), 16) || accession,
    RequestedProcedureDescription: what,
    RequestedProcedureCodeSequence: codeItems([request.code]),
    RequestedProcedurePriority: PRIORITIES[stringOf(request.priority)] ?? 'ROUTINE',
    ReasonForTheRequestedProcedure: shortText(objectsOf(request.reasonCode).map(conceptText).join(', '), 64),
    AdditionalPatientHistory: shortText(historyOf(request), 10_240),
    RequestedProcedureComments: shortText(
      objectsOf(request.note)
        .map((note) => stringOf(note.text))
        .join(' '),
      10_240,
    ),
    PlacerOrderNumberImagingServiceRequest: shortText(
      stringOf(identifierOfType(request.identifier, 'PLAC')?.value),
      64,
    ),
    FillerOrderNumberImagingServiceRequest: shortText(
      stringOf(identifierOfType(request.identifier, 'FILL')?.value),
      64,
    ),
    AdmissionID: shortText(stringOf(identifierOfType(encounter?.identifier, 'VN')?.value), 64),
    CurrentPatientLocation: placeOf(encounter),
    ScheduledProcedureStepSequence: [stepAttributes(order, { accession, what }, context)],
  };
}

function stepAttributes(
  order: OpenOrder,
  { accession, what }: { readonly accession: string; readonly what: string },
  { peer, peers, zone }: EntryContext,
): DataSet {
  const { request, appointment, isStarted } = order;
  const performers = performersOf(order);
  const references = performers.map(referenceOf);
  const station = [peer, ...peers].find(({ stations }) => stations.some((each) => references.includes(each)));
  const time = wallClock(scheduledFor(order), zone);
  const end = wallClock(stringOf(appointment?.end), zone);
  const protocols = objectsOf(request.orderDetail).filter(
    (detail) => !codingsOf([detail]).some(({ system }) => system === MODALITIES),
  );
  const person = performers.find((each) => /^Practitioner(Role)?\//.test(referenceOf(each)));
  const place = performers.find((each) => referenceOf(each).startsWith('Location/'));
  const [onlyModality, ...others] = peer.modalities;
  return {
    // What names no modality or station may be done by whoever asks.
    Modality: modalityOf(request) ?? (others.length === 0 ? (onlyModality ?? '') : ''),
    ScheduledStationAETitle: station?.aeTitle ?? peer.aeTitle,
    ScheduledProcedureStepStartDate: time?.date ?? '',
    ScheduledProcedureStepStartTime: time?.time ?? '',
    ScheduledProcedureStepEndDate: end?.date ?? '',
    ScheduledProcedureStepEndTime: end?.time ?? '',
    ScheduledPerformingPhysicianName: person === undefined ? '' : shortText(stringOf(person.display), 64),
    ScheduledProcedureStepDescription: shortText(conceptText(protocols[0]), 64) || what,
    ScheduledProtocolCodeSequence: codeItems(protocols),
    ScheduledProcedureStepID: shortText(stringOf(numberOf(request, 'scheduled-step')?.value), 16) || accession,
    ScheduledProcedureStepLocation: place === undefined ? '' : shortText(stringOf(place.display), 16),
    ScheduledProcedureStepStatus: isStarted ? 'STARTED' : hasArrived(appointment) ? 'ARRIVED' : 'SCHEDULED',
    CommentsOnTheScheduledProcedureStep: shortText(stringOf(appointment?.patientInstruction), 10_240),
  };
}

/** A sender's number before our own: the PACS knows the sender's. */
export function accessionOf({ identifier }: JsonObject): string {
  const numbers = objectsOf(identifier).filter((each) => identifierOfType([each], 'ACSN') !== undefined);
  const number = numbers.find(({ system }) => system !== OWN_ACCESSION) ?? numbers[0];
  return shortText(stringOf(number?.value), 16);
}

/** Without `urn:oid:`. */
export function studyUidOf({ identifier }: JsonObject): string {
  const found = objectsOf(identifier).find(({ system }) => system === STUDY_UID);
  return stringOf(found?.value).replace(/^urn:oid:/, '');
}

/** What the sender of the order says of the patient's state (OBR-13). */
function historyOf({ extension }: JsonObject): string {
  const found = objectsOf(extension).filter(({ url }) => url === CLINICAL_INFORMATION);
  return found.map(({ valueCodeableConcept }) => conceptText(valueCodeableConcept)).join(', ');
}

/** HL7 has no code for these types: they are told by their text. */
function numberOf({ identifier }: JsonObject, kind: string): JsonObject | undefined {
  return objectsOf(identifier).find(({ type }) => objectOf(type).text === kind);
}

/** What is booked, else what the order says, else when it was ordered. */
function scheduledFor({ request, appointment }: OpenOrder): string {
  const { occurrenceDateTime, occurrencePeriod, occurrenceTiming, authoredOn, meta } = request;
  const [event] = Array.isArray(objectOf(occurrenceTiming).event) ? (objectOf(occurrenceTiming).event as string[]) : [];
  const times = [
    appointment?.start,
    occurrenceDateTime,
    objectOf(occurrencePeriod).start,
    event,
    authoredOn,
    objectOf(meta).lastUpdated,
  ];
  return times.map(stringOf).find((each) => each !== '') ?? '';
}

function hasArrived(appointment: JsonObject | undefined): boolean {
  return appointment?.status === 'arrived' || appointment?.status === 'checked-in';
}

function placeOf(encounter: JsonObject | undefined): string {
  const places = objectsOf(encounter?.location).filter(({ status }) => status === undefined || status === 'active');
  return shortText(stringOf(objectOf(places.at(-1)?.location).display), 64);
}
