import { isObject, type JsonObject } from '../../../server/kernel/json.ts';
import { ownExtension } from '../canonical.ts';
import { providerRole } from '../codes/visit-codes.ts';
import { address } from '../datatypes/address.ts';
import { concept } from '../datatypes/concept.ts';
import { contactPoint } from '../datatypes/contact-point.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { matchOf } from '../datatypes/identifier.ts';
import { locationReference } from '../datatypes/location.ts';
import { organizationReference } from '../datatypes/organization.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { append, filled, putExtension } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { conceptKey, ownIdentity } from '../own-identity.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';

/** Where ROL and PRT have what they share. */
interface RoleFields {
  readonly action: number;
  readonly role: number;
  readonly person: number;
  readonly start: number;
  readonly end: number;
  readonly specialty: number;
  readonly address: number;
  readonly telecom: number;
  readonly place: number;
  readonly organization: number;
  readonly unit: number;
}

const ROL: RoleFields = {
  action: 2,
  role: 3,
  person: 4,
  start: 5,
  end: 6,
  specialty: 9,
  address: 11,
  telecom: 12,
  place: 13,
  organization: 14,
  unit: 10,
};
const PRT: RoleFields = {
  action: 2,
  role: 4,
  person: 5,
  start: 11,
  end: 12,
  specialty: 6,
  address: 14,
  telecom: 15,
  place: 9,
  organization: 8,
  unit: 7,
};

/** Who takes part as what, and since when. */
export interface MappedRole {
  /** A reference: to a PractitionerRole where the segment says where and for whom they work, else to the Practitioner. */
  readonly who: JsonObject;
  /** CodeableConcept. */
  readonly role?: JsonObject;
  readonly period?: JsonObject;
}

/**
 * ROL and PRT: somebody, an organization, or a place where somebody is; undefined for nobody, and for an action that takes somebody
 * away.
 */
export function roleOf(draft: MappingDraft, segment: SegmentReader): MappedRole | undefined {
  const fields = segment.name === 'ROL' ? ROL : PRT;
  segment.skip(1, fields.action);
  if (segment.text(fields.action).toUpperCase() === 'DE') return undefined;
  const home = read(segment, fields.address, (value) => address(value, draft));
  const practitioner = read(segment, fields.person, (value) =>
    practitionerReference(value, draft, home === undefined ? {} : { address: [home] }),
  );
  const role = read(segment, fields.role, (value) => concept(value, draft, { map: providerRole }));
  const period = filled({
    start: read(segment, fields.start, (value) => dateTime(value, draft)),
    end: read(segment, fields.end, (value) => dateTime(value, draft)),
  });
  const works = practitionerRole(draft, segment, fields, { practitioner, role });
  const who = works ?? practitioner;
  if (who === undefined) return undefined;
  if (works === undefined) putReach(draft, segment, fields, who);
  return { who, ...(role === undefined ? {} : { role }), ...(period === undefined ? {} : { period }) };
}

/** How to reach somebody of whom nothing is said where they work. */
function putReach(draft: MappingDraft, segment: SegmentReader, fields: RoleFields, { reference }: JsonObject): void {
  const person = typeof reference === 'string' ? draft.entryOf(reference) : undefined;
  if (person !== undefined)
    appendAll(person.resource, 'telecom', segment, fields.telecom, (value) => contactPoint(value, draft));
}

interface Person {
  readonly practitioner: JsonObject | undefined;
  readonly role: JsonObject | undefined;
}

/**
 * One PractitionerRole for each person, organization and place that the partner names together; undefined where neither organization
 * nor place is named, or the person by name only.
 */
function practitionerRole(
  draft: MappingDraft,
  segment: SegmentReader,
  fields: RoleFields,
  { practitioner, role }: Person,
): JsonObject | undefined {
  const person = practitioner === undefined ? '-' : personKey(practitioner, draft);
  if (person === undefined || !(segment.has(fields.organization) || segment.has(fields.place))) return undefined;
  const resource: JsonObject & { resourceType: string } = { resourceType: 'PractitionerRole' };
  if (practitioner !== undefined) resource.practitioner = practitioner;
  const organization = read(segment, fields.organization, (value) => organizationReference(value, draft));
  if (organization !== undefined) resource.organization = organization;
  const location = read(segment, fields.place, (value) => locationReference(value, draft));
  if (location !== undefined) resource.location = [location];
  if (role !== undefined) resource.code = [role];
  appendAll(resource, 'specialty', segment, fields.specialty, (value) => concept(value, draft));
  appendAll(resource, 'telecom', segment, fields.telecom, (value) => contactPoint(value, draft));
  putExtension(
    resource,
    ownExtension('organization-unit-type'),
    'valueCodeableConcept',
    read(segment, fields.unit, (value) => concept(value, draft, { table: 'HL70406' })),
  );
  const identifier = ownIdentity(draft, 'practitioner-role', [
    person,
    keyOf(organization, draft),
    keyOf(location, draft),
    conceptKey(role) ?? '-',
  ]);
  if (identifier !== undefined) resource.identifier = [identifier];
  const match = matchOf(identifier);
  const reference = draft.add(segment.place, { resource, match: match === undefined ? [] : [match], mode: 'create' });
  const display = practitioner?.display ?? organization?.display;
  return { reference, ...(display === undefined ? {} : { display }) };
}

/** Within the partner: a person by what recognises their entry, or by number. A name is no key. */
function personKey({ reference, identifier }: JsonObject, draft: MappingDraft): string | undefined {
  if (typeof reference === 'string') return draft.entryOf(reference)?.match[0];
  return isObject(identifier) && typeof identifier.value === 'string' ? identifier.value : undefined;
}

/** fullUrls are of one message, so they are no key either. */
function keyOf(reference: JsonObject | undefined, draft: MappingDraft): string {
  const entry = typeof reference?.reference === 'string' ? draft.entryOf(reference.reference) : undefined;
  return entry?.match[0] ?? String(reference?.display ?? '-');
}

function appendAll(
  resource: JsonObject,
  element: string,
  segment: SegmentReader,
  field: number,
  make: (value: Value) => JsonObject | undefined,
): void {
  for (const value of segment.values(field)) {
    const made = make(value);
    if (made !== undefined) append(resource, element, made);
  }
}

function read<T>(segment: SegmentReader, field: number, make: (value: Value) => T | undefined): T | undefined {
  const value = segment.value(field);
  return value === undefined ? undefined : make(value);
}
