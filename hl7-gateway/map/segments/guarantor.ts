import type { JsonObject } from '../../../server/kernel/json.ts';
import { administrativeSex, relationship } from '../codes/patient-codes.ts';
import { address } from '../datatypes/address.ts';
import { code, concept } from '../datatypes/concept.ts';
import { contactPoint } from '../datatypes/contact-point.ts';
import { date, dateTime } from '../datatypes/date-time.ts';
import { displayOf } from '../datatypes/practitioner.ts';
import { humanName, humanNames } from '../datatypes/human-name.ts';
import { identifierOfCx, ownSystem } from '../datatypes/identifier.ts';
import { organizationReference } from '../datatypes/organization.ts';
import { elementsOf, filled, put, putAll } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { MappedPatient } from './patient.ts';
import { relatedIdentity } from './related-identity.ts';

/** Account.guarantor of GT1: the patient, an organization, a person with a number (GT1-2), or a name. */
export function guarantorOf(draft: MappingDraft, gt1: SegmentReader, patient: MappedPatient): JsonObject | undefined {
  gt1.skip(1);
  const start = gt1.value(13);
  const end = gt1.value(14);
  const period = filled({
    start: start === undefined ? undefined : dateTime(start, draft),
    end: end === undefined ? undefined : dateTime(end, draft),
  });
  const party = partyOf(draft, gt1, patient);
  return party === undefined ? undefined : { party, ...(period === undefined ? {} : { period }) };
}

function partyOf(draft: MappingDraft, gt1: SegmentReader, patient: MappedPatient): JsonObject | undefined {
  if (gt1.text(11).toUpperCase() === 'SEL') return patient.reference;
  const organization = gt1.value(21);
  if (!gt1.has(3) && organization !== undefined) return organizationReference(organization, draft);
  return personOf(draft, gt1, patient) ?? named(draft, gt1);
}

function named(draft: MappingDraft, gt1: SegmentReader): JsonObject | undefined {
  const value = gt1.value(3);
  const display = displayOf(value === undefined ? undefined : humanName(value, draft));
  return display === undefined ? undefined : { type: 'RelatedPerson', display };
}

function personOf(draft: MappingDraft, gt1: SegmentReader, patient: MappedPatient): JsonObject | undefined {
  const person = elementsOf('RelatedPerson');
  putAll(person, 'identifier', gt1, 2, (value) =>
    identifierOfCx(value, draft, { system: ownSystem(draft, 'guarantor') }),
  );
  const identity = relatedIdentity(draft, patient, person.resource.identifier);
  if (identity === undefined) return undefined;
  person.resource.identifier = identity.identifier;
  person.resource.patient = patient.reference;
  putAll(person, 'relationship', gt1, 11, (value) => concept(value, draft, { map: relationship }));
  putAll(person, 'name', gt1, 3, (value) => [...humanNames(value, draft)]);
  putAll(person, 'address', gt1, 5, (value) => address(value, draft));
  for (const [field, use] of [
    [6, 'home'],
    [7, 'work'],
  ] as const)
    putAll(person, 'telecom', gt1, field, (value) => contactPoint(value, draft, use));
  put(person, 'birthDate', gt1, 8, date);
  put(person, 'gender', gt1, 9, (value) => code(value, draft, administrativeSex));
  const reference = draft.add(gt1.place, {
    resource: person.resource,
    match: identity.match,
    mode: 'upsert',
    ...(person.clears.length === 0 ? {} : { clears: person.clears }),
    eventTime: eventTimeOf(draft),
  });
  return { reference };
}
