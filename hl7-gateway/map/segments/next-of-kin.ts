import type { JsonObject } from '../../../server/kernel/json.ts';
import { administrativeSex, contactRole, relationship } from '../codes/patient-codes.ts';
import { address } from '../datatypes/address.ts';
import { code, concept } from '../datatypes/concept.ts';
import { contactPoint } from '../datatypes/contact-point.ts';
import { date, dateTime } from '../datatypes/date-time.ts';
import { humanName, humanNames } from '../datatypes/human-name.ts';
import { identifierOfCx, identifierType } from '../datatypes/identifier.ts';
import { languageConcept } from '../datatypes/language.ts';
import { organizationReference } from '../datatypes/organization.ts';
import { append, elementsOf, filled, put, putAll, type Elements } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { MappedPatient } from './patient.ts';
import { relatedIdentity } from './related-identity.ts';

const US_SSN = 'http://hl7.org/fhir/sid/us-ssn';

/** NK1 as a contact of the patient: the contacts that a message names are all that there are. */
export function putContact({ resource, clears }: Elements, nk1: SegmentReader, draft: MappingDraft): void {
  nk1.skip(1);
  if (nk1.isNull(2)) {
    clears.push('contact');
    return;
  }
  const contact = elementsOf('');
  for (const [field, map] of RELATIONS)
    putAll(contact, 'relationship', nk1, field, (value) => concept(value, draft, { map }));
  put(contact, 'name', nk1, 2, (value) => humanName(value, draft));
  putNumbers(contact, nk1, [5, 6, 40, 41], draft);
  put(contact, 'address', nk1, 4, (value) => address(value, draft));
  put(contact, 'gender', nk1, 15, (value) => code(value, draft, administrativeSex));
  const organization = nk1.value(13);
  const reference =
    organization === undefined
      ? undefined
      : organizationReference(organization, draft, organizationContact(nk1, draft));
  if (reference !== undefined) contact.resource.organization = reference;
  const period = periodOf(nk1, draft);
  if (period !== undefined) contact.resource.period = period;
  const { resourceType: _none, ...made } = contact.resource;
  // pat-1: a contact has details or an organization.
  if (['name', 'telecom', 'address', 'organization'].some((element) => made[element] !== undefined))
    append(resource, 'contact', made);
}

/** NK1 with numbers of their own (NK1-12, 33, 37) as a person of their own; without any they could not be told apart later. */
export function relatedPersonEntry(
  draft: MappingDraft,
  nk1: SegmentReader,
  patient: MappedPatient,
): JsonObject | undefined {
  const person = elementsOf('RelatedPerson');
  for (const field of [12, 33]) putAll(person, 'identifier', nk1, field, (value) => identifierOfCx(value, draft));
  const social = nk1.has(37) ? nk1.text(37) : '';
  if (social !== '')
    append(person.resource, 'identifier', { type: identifierType('SS'), system: US_SSN, value: social });
  const identity = relatedIdentity(draft, patient, person.resource.identifier);
  if (identity === undefined) return undefined;
  person.resource.identifier = identity.identifier;
  person.resource.patient = patient.reference;
  for (const [field, map] of RELATIONS)
    putAll(person, 'relationship', nk1, field, (value) => concept(value, draft, { map }));
  for (const field of [2, 30]) putAll(person, 'name', nk1, field, (value) => [...humanNames(value, draft)]);
  for (const field of [4, 32]) putAll(person, 'address', nk1, field, (value) => address(value, draft));
  putNumbers(person, nk1, [5, 6, 31, 40, 41], draft);
  put(person, 'gender', nk1, 15, (value) => code(value, draft, administrativeSex));
  put(person, 'birthDate', nk1, 16, date);
  putAll(person, 'communication', nk1, 20, (value) => {
    const language = languageConcept(value, draft);
    return language === undefined ? undefined : { language };
  });
  const period = periodOf(nk1, draft);
  if (period !== undefined) person.resource.period = period;
  const reference = draft.add(nk1.place, {
    resource: person.resource,
    match: identity.match,
    mode: 'upsert',
    ...(person.clears.length === 0 ? {} : { clears: person.clears }),
    eventTime: eventTimeOf(draft),
  });
  return { reference };
}

const RELATIONS = [
  [3, relationship],
  [7, contactRole],
] as const;

/** NK1-6 is of work. */
function putNumbers(target: Elements, nk1: SegmentReader, fields: readonly number[], draft: MappingDraft): void {
  for (const field of fields)
    putAll(target, 'telecom', nk1, field, (value) => contactPoint(value, draft, field === 6 ? 'work' : undefined));
}

/** Whom to reach at the organization (NK1-30, 31, 32). */
function organizationContact(nk1: SegmentReader, draft: MappingDraft): JsonObject {
  const contact = elementsOf('');
  put(contact, 'name', nk1, 30, (value) => humanName(value, draft));
  putAll(contact, 'telecom', nk1, 31, (value) => contactPoint(value, draft));
  put(contact, 'address', nk1, 32, (value) => address(value, draft));
  const { resourceType: _none, ...made } = contact.resource;
  return Object.keys(made).length === 0 ? {} : { contact: [made] };
}

function periodOf(nk1: SegmentReader, draft: MappingDraft): JsonObject | undefined {
  const start = nk1.value(8);
  const end = nk1.value(9);
  return filled({
    start: start === undefined ? undefined : dateTime(start, draft),
    end: end === undefined ? undefined : dateTime(end, draft),
  });
}
