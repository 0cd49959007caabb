import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import {
  allergenTypeAllergyIntoleranceCategory,
  allergySeverityAllergyIntoleranceCriticality,
  allergySeverityAllergyIntoleranceReactionSeverity,
  allergyType,
} from '../codes/clinical-codes.ts';
import { concept } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { nameText } from '../datatypes/human-name.ts';
import { identifierOfEi, matchOf, ownSystem } from '../datatypes/identifier.ts';
import { plainText } from '../datatypes/text.ts';
import { append, elementsOf, put, type Elements } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { conceptKey, ownIdentity } from '../own-identity.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import type { MappedPatient } from './patient.ts';

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';

/** AL1 and IAM: one allergy of the patient, known by its number (IAM-7), else by what it is against. */
export function allergyEntry(
  draft: MappingDraft,
  segment: SegmentReader,
  patient: MappedPatient,
): JsonObject | undefined {
  segment.skip(1);
  const allergy = elementsOf('AllergyIntolerance');
  allergy.resource.patient = patient.reference;
  put(allergy, 'code', segment, 3, (value) => concept(value, draft));
  putKind(allergy, segment, draft);
  putSeverity(allergy, segment, draft);
  if (segment.name === 'IAM') putReport(allergy, segment, patient, draft);
  else put(allergy, 'onsetDateTime', segment, 6, (value) => dateTime(value, draft));
  const { resource } = allergy;
  const number = segment.name === 'IAM' ? segment.value(7) : undefined;
  const identifier =
    (number === undefined ? undefined : identifierOfEi(number, draft, { system: ownSystem(draft, 'allergy') })) ??
    ownIdentity(draft, 'allergy-of-patient', [patient.key, conceptKey(resource.code as JsonObject | undefined)]);
  // An allergy to nothing is none; the segment stays unread.
  if (identifier === undefined && resource.code === undefined) return undefined;
  if (identifier !== undefined) resource.identifier = [identifier];
  const match = matchOf(identifier);
  const isError = resource.verificationStatus !== undefined;
  const reference = draft.add(segment.place, {
    resource,
    match: match === undefined ? [] : [match],
    mode: 'upsert',
    defaults: isError ? {} : { clinicalStatus: { coding: [{ system: CLINICAL, code: 'active' }] } },
    clears: isError ? [...allergy.clears, 'clinicalStatus'] : allergy.clears,
    eventTime: eventTimeOf(draft),
  });
  return { reference };
}

/** Category and type are bound to few codes; what was sent stays beside them. */
function putKind({ resource }: Elements, segment: SegmentReader, draft: MappingDraft): void {
  const value = segment.value(2);
  if (value === undefined) return;
  const sent = value.text(1);
  const category = allergenTypeAllergyIntoleranceCategory.lookup(sent);
  const type = allergyType.lookup(sent);
  const original = concept(value, draft, { table: 'HL70127' });
  const extension =
    original === undefined
      ? undefined
      : { extension: [{ url: coreExtension('alternate-codes'), valueCodeableConcept: original }] };
  // A list of primitives and its companion go together; where there is no category, the companion stands alone.
  if (category !== null && category !== undefined) resource.category = [category.code];
  if (extension !== undefined) resource._category = [extension];
  if (type !== null && type !== undefined) resource.type = type.code;
}

/** Severity (4) and reactions (5) are told of the same reaction. */
function putSeverity({ resource }: Elements, segment: SegmentReader, draft: MappingDraft): void {
  const value = segment.value(4);
  const sent = value?.text(1) ?? '';
  const criticality = allergySeverityAllergyIntoleranceCriticality.lookup(sent);
  const severity = allergySeverityAllergyIntoleranceReactionSeverity.lookup(sent);
  const original = value === undefined ? undefined : concept(value, draft, { table: 'HL70128' });
  if (criticality !== null && criticality !== undefined) resource.criticality = criticality.code;
  if (original !== undefined)
    resource._criticality = { extension: [{ url: coreExtension('alternate-codes'), valueCodeableConcept: original }] };
  const manifestation = segment
    .values(5)
    .map((each) => manifestationOf(each, draft))
    .filter((each) => each !== undefined);
  if (manifestation.length > 0)
    append(resource, 'reaction', {
      manifestation,
      ...(severity === null || severity === undefined ? {} : { severity: severity.code }),
    });
}

/** A text in AL1, in IAM coded at some senders. */
function manifestationOf(value: Value, draft: MappingDraft): JsonObject | undefined {
  if (value.peek(2) !== '' || value.peek(3) !== '') return concept(value, draft);
  const text = plainText(value);
  return text === undefined ? undefined : { text };
}

/** What IAM has beyond AL1. */
function putReport(allergy: Elements, iam: SegmentReader, patient: MappedPatient, draft: MappingDraft): void {
  const { resource } = allergy;
  put(allergy, 'onsetDateTime', iam, 11, (value) => dateTime(value, draft));
  if (resource.onsetDateTime === undefined) put(allergy, 'onsetString', iam, 12, plainText);
  put(allergy, 'recordedDate', iam, 13, (value) => dateTime(value, draft));
  put(allergy, 'recorder', iam, 14, (value) => {
    const display = nameText(value);
    if (display === undefined) return undefined;
    const isPatient = iam.value(15)?.peek() === 'SEL';
    if (isPatient) iam.skip(15);
    return { ...(isPatient ? patient.reference : {}), display };
  });
  put(allergy, 'clinicalStatus', iam, 17, (value) => clinicalStatus(value, draft));
  const clinician = iam.value(27);
  const own = clinician === undefined ? undefined : concept(clinician, draft);
  for (const coding of (own?.coding ?? []) as JsonObject[]) {
    resource.code ??= {};
    append(resource.code as JsonObject, 'coding', coding);
  }
  // IAM-6 is an action: D takes the allergy back.
  if (iam.text(6).toUpperCase() === 'D') {
    resource.verificationStatus = { coding: [{ system: VERIFICATION, code: 'entered-in-error' }] };
    delete resource.clinicalStatus;
  }
}

/** Table 0438; FHIR's codes are the same words. */
function clinicalStatus(value: Value, draft: MappingDraft): JsonObject | undefined {
  const sent = concept(value, draft, { table: 'HL70438' });
  if (sent === undefined) return undefined;
  const word = `${value.text(1)} ${value.text(2)}`.toLowerCase();
  const code = ['inactive', 'active', 'resolved'].find((each) => word.includes(each));
  if (code === undefined) return undefined;
  return { ...sent, coding: [{ system: CLINICAL, code }, ...((sent.coding ?? []) as JsonObject[])] };
}
