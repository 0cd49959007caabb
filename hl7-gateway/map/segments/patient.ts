import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension, ownExtension } from '../canonical.ts';
import { administrativeSex, maritalStatus, religion } from '../codes/patient-codes.ts';
import { address } from '../datatypes/address.ts';
import { code, concept } from '../datatypes/concept.ts';
import { contactPoint } from '../datatypes/contact-point.ts';
import { date, dateTime } from '../datatypes/date-time.ts';
import { humanNames, nameText } from '../datatypes/human-name.ts';
import { identifierOfCx, identifierOfDln, identifierType, matchesOf } from '../datatypes/identifier.ts';
import { languageConcept } from '../datatypes/language.ts';
import { wholeNumber } from '../datatypes/quantity.ts';
import { plainText } from '../datatypes/text.ts';
import { yesNo } from '../datatypes/yes-no.ts';
import { append, elementsOf, filled, put, putAll, putFieldExtension, type Elements } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';

const US_SSN = 'http://hl7.org/fhir/sid/us-ssn';

/** The patient of a message, for what else it says of them. */
export interface MappedPatient {
  /** A reference. */
  readonly reference: JsonObject;
  /** The first number that recognises them, `system|value`: what is only known within one patient is known by it. */
  readonly key?: string;
}

export interface PatientOptions {
  /** Whether the message is a registration's: it may change what is stored. Others (results, orders) only say who is meant. */
  readonly isRegistration: boolean;
  /** Reads what other segments say of the patient: PD1, NK1, PV1. */
  readonly more?: (patient: Elements) => void;
  /** Numbers that the patient had before (MRG-1): they are known by them, and keep them. */
  readonly former?: readonly JsonObject[];
}

/** Who the message is about: PID. */
export function patientEntry(draft: MappingDraft, pid: SegmentReader, options: PatientOptions): MappedPatient {
  const { isRegistration, more, former = [] } = options;
  const patient = elementsOf('Patient');
  pid.skip(1);
  putIdentifiers(patient, pid, draft);
  putPerson(patient, pid, draft);
  putReach(patient, pid, draft);
  putOrigin(patient, pid, draft);
  more?.(patient);
  const present = matchesOf(patient.resource.identifier).slice(0, identityCount(pid, draft));
  for (const identifier of former) append(patient.resource, 'identifier', { use: 'old', ...identifier });
  const match = [...matchesOf([...former]), ...present];
  const keys = match.map((each) => decodeURIComponent(each.slice('identifier='.length)));
  for (const key of keys) draft.addPatient(key);
  const { resource, clears } = patient;
  const { resourceType, identifier, ...rest } = resource;
  const said = isRegistration
    ? { resource, adds: ['identifier', 'telecom'], ...(clears.length === 0 ? {} : { clears }) }
    : {
        resource: { resourceType, ...(identifier === undefined ? {} : { identifier }) },
        adds: ['identifier'],
        defaults: rest,
      };
  const reference = draft.add(pid.place, { ...said, match, mode: 'patient', eventTime: eventTimeOf(draft) });
  return { reference: { reference }, ...(keys[0] === undefined ? {} : { key: keys[0] }) };
}

/** PID-3 alone is identity; other numbers of the patient (PID-2, 4, 19, 20) are kept, and recognise nobody. */
function putIdentifiers({ resource }: Elements, pid: SegmentReader, draft: MappingDraft): void {
  for (const field of [3, 2, 4]) {
    for (const value of pid.values(field)) {
      const identifier = identifierOfCx(value, draft);
      if (identifier !== undefined) append(resource, 'identifier', identifier);
    }
  }
  const social = pid.text(19);
  if (social !== '') append(resource, 'identifier', { type: identifierType('SS'), system: US_SSN, value: social });
  const license = pid.value(20);
  const identifier = license === undefined ? undefined : identifierOfDln(license, draft);
  if (identifier !== undefined) append(resource, 'identifier', identifier);
}

/** How many of the identifiers that have a system come from PID-3: they stand first. */
function identityCount(pid: SegmentReader, draft: MappingDraft): number {
  const identifiers = pid.values(3).map((value) => identifierOfCx(value, draft));
  const unique = new Set(matchesOf(identifiers.filter((identifier) => identifier !== undefined)));
  return unique.size;
}

function putPerson(patient: Elements, pid: SegmentReader, draft: MappingDraft): void {
  for (const field of [5, 9]) putAll(patient, 'name', pid, field, (value) => [...humanNames(value, draft)]);
  putFieldExtension(patient, coreExtension('patient-mothersMaidenName'), 'valueString', pid, 6, nameText);
  put(patient, 'birthDate', pid, 7, date);
  const birth = pid.value(7);
  const moment = birth === undefined ? undefined : dateTime(birth, draft);
  if (moment?.includes('T') === true)
    patient.resource._birthDate = { extension: [{ url: coreExtension('patient-birthTime'), valueDateTime: moment }] };
  put(patient, 'gender', pid, 8, (value) => code(value, draft, administrativeSex));
  put(patient, 'maritalStatus', pid, 16, (value) => concept(value, draft, { map: maritalStatus }));
  put(patient, 'multipleBirthInteger', pid, 25, (value) => wholeNumber(value.text()));
  if (patient.resource.multipleBirthInteger === undefined) put(patient, 'multipleBirthBoolean', pid, 24, yesNo);
  put(patient, 'deceasedDateTime', pid, 29, (value) => dateTime(value, draft));
  if (patient.resource.deceasedDateTime === undefined) put(patient, 'deceasedBoolean', pid, 30, yesNo);
  putAll(patient, 'communication', pid, 15, (value) => {
    const language = languageConcept(value, draft);
    return language === undefined ? undefined : { language };
  });
}

/**
 * Addresses, and numbers by the field that they come from: a field that is given replaces what was stored from it, one that is
 * empty leaves its own alone. Mobile numbers come with those of home.
 */
function putReach(patient: Elements, pid: SegmentReader, draft: MappingDraft): void {
  const { resource, clears } = patient;
  putAll(patient, 'address', pid, 11, (value) => address(value, draft));
  const county = pid.text(12);
  if (county !== '') putCounty(resource, county);
  for (const [field, use, replaced] of [
    [13, 'home', ['home', 'mobile', 'temp']],
    [14, 'work', ['work']],
    [40, undefined, ['home', 'mobile', 'temp', 'work']],
  ] as const) {
    if (pid.isNull(field) || pid.has(field)) clears.push(...replaced.map((each) => `telecom[use=${each}]`));
    for (const value of pid.values(field)) {
      const point = contactPoint(value, draft, use);
      if (point !== undefined) append(resource, 'telecom', point);
    }
  }
}

/** PID-12 belongs to the only address, else it is one of its own. */
function putCounty(resource: JsonObject, county: string): void {
  const addresses = (resource.address ?? []) as JsonObject[];
  const [only] = addresses;
  if (addresses.length === 1 && only !== undefined && (only.district === undefined || only.district === county))
    only.district = county;
  else append(resource, 'address', { district: county });
}

function putOrigin(patient: Elements, pid: SegmentReader, draft: MappingDraft): void {
  const anyConcept = (value: Parameters<typeof concept>[0]): JsonObject | undefined => concept(value, draft);
  putFieldExtension(patient, coreExtension('patient-religion'), 'valueCodeableConcept', pid, 17, (value) =>
    concept(value, draft, { map: religion }),
  );
  putFieldExtension(patient, coreExtension('patient-birthPlace'), 'valueAddress', pid, 23, (value) =>
    filled({ text: plainText(value) }),
  );
  for (const [field, name, table] of [
    [26, 'patient-citizenship', 'HL70171'],
    [39, 'patient-citizenship', 'HL70171'],
    [28, 'patient-nationality', 'HL70212'],
  ] as const) {
    for (const value of pid.values(field)) {
      const made = concept(value, draft, { table });
      if (made !== undefined)
        append(patient.resource, 'extension', {
          url: coreExtension(name),
          extension: [{ url: 'code', valueCodeableConcept: made }],
        });
    }
  }
  const species = pid.value(35);
  const breed = pid.value(36);
  const animal = [
    ...nested('species', species === undefined ? undefined : anyConcept(species)),
    ...nested('breed', breed === undefined ? undefined : anyConcept(breed)),
  ];
  // The extension wants the species.
  if (animal.length > 0 && species !== undefined)
    append(patient.resource, 'extension', { url: coreExtension('patient-animal'), extension: animal });
  putLastUpdate(patient.resource, pid, draft);
}

function nested(url: string, valueCodeableConcept: JsonObject | undefined): JsonObject[] {
  return valueCodeableConcept === undefined ? [] : [{ url, valueCodeableConcept }];
}

/** PID-33 and 34: when the sender changed its record last, and where. */
function putLastUpdate(resource: JsonObject, pid: SegmentReader, draft: MappingDraft): void {
  const time = pid.value(33);
  const at = time === undefined ? undefined : dateTime(time, draft);
  const facility = pid.text(34);
  const extension = [
    ...(at === undefined ? [] : [{ url: 'time', valueDateTime: at }]),
    ...(facility === '' ? [] : [{ url: 'facility', valueString: facility }]),
  ];
  if (extension.length > 0) append(resource, 'extension', { url: ownExtension('hl7-last-update'), extension });
}
