import type { JsonObject } from '../../../server/kernel/json.ts';
import { administrativeSex } from '../codes/patient-codes.ts';
import { address } from '../datatypes/address.ts';
import { code, concept } from '../datatypes/concept.ts';
import { contactPoint } from '../datatypes/contact-point.ts';
import { date, dateTime } from '../datatypes/date-time.ts';
import { humanNames } from '../datatypes/human-name.ts';
import { identifierOfCx, identifierType, matchesOf, ownSystem } from '../datatypes/identifier.ts';
import { append, elementsOf, filled, put, putAll, type Elements } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { conceptKey, ownIdentity } from '../own-identity.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { segmentOf, type MasterRecord } from './master-record.ts';

/** MFN M02: STF as a Practitioner, and where PRA or STF-8 says what they do, a PractitionerRole. */
export function staffEntry(draft: MappingDraft, record: MasterRecord): void {
  const stf = segmentOf(record, 'STF');
  if (stf === undefined) throw new MapFailure('A record of the staff file has no STF', 'STF', '101');
  const pra = segmentOf(record, 'PRA');
  const person = elementsOf('Practitioner');
  putNumbers(person, stf, pra, draft);
  const match = matchesOf(person.resource.identifier);
  if (match.length === 0) throw new MapFailure('STF-1 and STF-2 have no number', 'STF^1^2', '101');
  putAll(person, 'name', stf, 3, (value) => [...humanNames(value, draft)]);
  put(person, 'gender', stf, 5, (value) => code(value, draft, administrativeSex));
  put(person, 'birthDate', stf, 6, date);
  const isActive = !record.isInactive && stf.text(7).toUpperCase() !== 'I';
  person.resource.active = isActive;
  putAll(person, 'telecom', stf, 10, (value) => contactPoint(value, draft));
  putAll(person, 'telecom', stf, 15, mailOf);
  putAll(person, 'address', stf, 11, (value) => address(value, draft));
  const reference = draft.add(stf.place, {
    resource: person.resource,
    match,
    mode: 'upsert',
    ...(person.clears.length === 0 ? {} : { clears: person.clears }),
    eventTime: eventTimeOf(draft),
  });
  addRole(draft, { stf, pra, isActive }, { reference }, match);
}

/** STF-2 and PRA-6 are numbers with their givers; STF-1 is the partner's own key. */
function putNumbers(person: Elements, stf: SegmentReader, pra: SegmentReader | undefined, draft: MappingDraft): void {
  putAll(person, 'identifier', stf, 2, (value) => identifierOfCx(value, draft, { system: ownSystem(draft, 'staff') }));
  const key = stf.text(1);
  if (key !== '') append(person.resource, 'identifier', { system: ownSystem(draft, 'staff-key'), value: key });
  for (const value of pra?.values(6) ?? []) {
    const license = licenseOf(value, draft);
    if (license !== undefined) append(person.resource, 'identifier', license);
  }
  pra?.skip(1);
}

/** PLN: number, type, state or other giver, expiry. */
function licenseOf(value: Value, draft: MappingDraft): JsonObject | undefined {
  const id = value.text(1);
  if (id === '') return undefined;
  const giver = value.text(3);
  const type = value.part(2).text(1);
  return filled({
    type: type === '' ? undefined : identifierType(type),
    system: draft.context.systems.ofAssigner(giver === '' ? type : giver, '', ''),
    value: id,
    period: filled({ end: dateTime(value.part(4), draft) }),
  });
}

function mailOf(value: Value): JsonObject | undefined {
  const mail = value.text();
  return mail === '' ? undefined : { system: 'email', value: mail };
}

function addRole(
  draft: MappingDraft,
  {
    stf,
    pra,
    isActive,
  }: { readonly stf: SegmentReader; readonly pra: SegmentReader | undefined; readonly isActive: boolean },
  practitioner: JsonObject,
  [who]: readonly string[],
): void {
  const role = elementsOf('PractitionerRole');
  const { resource } = role;
  putAll(role, 'code', stf, 4, (value) => concept(value, draft, { table: 'HL70182' }));
  if (pra !== undefined) {
    putAll(role, 'code', pra, 3, (value) => concept(value, draft, { table: 'HL70186' }));
    putAll(role, 'specialty', pra, 5, (value) => specialtyOf(value, draft));
  }
  const unit = stf.value(8);
  const department = unit === undefined ? undefined : concept(unit, draft, { table: 'HL70184' });
  if (department !== undefined) resource.organization = filled({ display: displayOf(department) });
  // DIN: the date is its first component.
  const [since, until] = [stf.value(12), stf.value(13)].map((value) =>
    value === undefined ? undefined : dateTime(value, draft),
  );
  const period = filled({ start: since, end: until });
  if (period !== undefined) resource.period = period;
  if (resource.code === undefined && resource.specialty === undefined && resource.organization === undefined) return;
  const identifier = ownIdentity(draft, 'staff-role', [who, conceptKey(department) ?? '-']);
  draft.add(`${stf.place} role`, {
    resource: {
      ...resource,
      ...(identifier === undefined ? {} : { identifier: [identifier] }),
      active: isActive,
      practitioner,
    },
    match: identifier === undefined ? [] : matchesOf([identifier]),
    mode: 'upsert',
    eventTime: eventTimeOf(draft),
  });
}

/** SPD: the specialty as text. */
function specialtyOf(value: Value, draft: MappingDraft): JsonObject | undefined {
  const text = value.text(1);
  return text === ''
    ? undefined
    : { coding: [{ system: draft.context.systems.ofCodingSystem('', ''), code: text }], text };
}

function displayOf(made: JsonObject): string | undefined {
  const [first] = (made.coding ?? []) as JsonObject[];
  return (made.text ?? first?.display ?? first?.code) as string | undefined;
}
