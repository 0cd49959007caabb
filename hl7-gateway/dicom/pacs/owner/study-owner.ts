import type { JsonObject } from '../../../../server/kernel/json.ts';
import { isAnotherPerson } from '../../../deliver/content/same-person.ts';
import { objectsOf, referenceOf } from '../../../map/json.ts';
import { accessionsOf, STUDY_UID } from '../resource/imaging-study.ts';
import { hasIssuer, identifierFor, type Assigners } from './patient-number.ts';
import { isSurelyOf, type StudyPerson } from './study-person.ts';

/** Why a person has to say whose images they are. */
export type OwnerProblem =
  'patient-unknown' | 'patient-not-certain' | 'several-patients' | 'not-the-ordered-patient' | 'another-patient-before';

/** Whose images they are, and what they were ordered by. */
export interface StudyOwner {
  readonly patient: JsonObject;
  /** `Patient/id` */
  readonly subject: string;
  readonly orders: readonly JsonObject[];
}

export interface OwnerFacts {
  readonly uid: string;
  readonly accession: string;
  readonly person: StudyPerson;
  /** ServiceRequests with the Study UID or the accession number. */
  readonly orders: readonly JsonObject[];
  /** Patients with the number, whoever gave it; instead of those who were merged the ones who stay. */
  readonly numbered: readonly JsonObject[];
  readonly assigners: Assigners;
  /** Who stands for a patient now, by `Patient/id`; undefined where nobody is there. */
  find(reference: string): JsonObject | undefined;
  /** `Patient/id` of the ImagingStudy that is stored. */
  readonly before: string | undefined;
  /** `Patient/id` by a person's word. */
  readonly decided: string | undefined;
}

/**
 * Whose a study is. Orders say it where there are some, and what the images say must not speak against them; else the number
 * says it. Nothing is linked on a guess.
 */
export function ownerOf(facts: OwnerFacts): StudyOwner | { readonly problem: OwnerProblem } {
  const { decided, before, person } = facts;
  if (decided !== undefined) {
    const patient = facts.find(decided);
    return patient === undefined ? { problem: 'patient-unknown' } : owned(patient, facts);
  }
  const found = facts.orders.length > 0 ? orderedPatient(facts) : numberedPatient(facts);
  if ('problem' in found) return found;
  // While a patient is merged, some of a study may still be under the old number.
  const isMixed = person.numbers.some((each) => identifierFor(found.patient, each, facts.assigners) === undefined);
  if (isMixed && person.numbers.length > 1) return { problem: 'several-patients' };
  const stored = before === undefined ? undefined : facts.find(before);
  if (stored !== undefined && referenceTo(stored) !== referenceTo(found.patient)) {
    return { problem: 'another-patient-before' };
  }
  return owned(found.patient, facts);
}

type Found = { readonly patient: JsonObject } | { readonly problem: OwnerProblem };

function orderedPatient(facts: OwnerFacts): Found {
  const { uid, orders, person, assigners, find } = facts;
  const exact = orders.filter((order) => hasStudyUid(order, uid));
  const patients = unique((exact.length > 0 ? exact : orders).map((order) => find(referenceOf(order.subject))));
  // Assigners may give the same accession number: of those the patient's own is meant.
  const fitting = patients.filter((patient) => isSaidPatient(patient, facts));
  const [patient, ...others] = fitting.length > 0 ? fitting : patients;
  if (patient === undefined) return { problem: 'patient-unknown' };
  if (others.length > 0) return { problem: 'several-patients' };
  if (!isSaidPatient(patient, facts)) return { problem: 'not-the-ordered-patient' };
  const isNumbered = identifierFor(patient, person.number, assigners) !== undefined;
  return isNumbered || isSurelyOf(patient, person.said) ? { patient } : { problem: 'patient-not-certain' };
}

/** Whether the images' number, name and birth date say nothing against it. */
function isSaidPatient(patient: JsonObject, { person, assigners }: OwnerFacts): boolean {
  const { number, said } = person;
  if (number.id !== '' && identifierFor(patient, number, assigners) === undefined) return false;
  return !isAnotherPerson(patient, said);
}

function numberedPatient({ numbered, person, assigners }: OwnerFacts): Found {
  const { number, said } = person;
  const fitting = unique(numbered.filter((patient) => identifierFor(patient, number, assigners) !== undefined));
  const [patient, ...others] = hasIssuer(number) ? fitting : fitting.filter((each) => isSurelyOf(each, said));
  if (patient === undefined) return { problem: fitting.length === 0 ? 'patient-unknown' : 'patient-not-certain' };
  if (others.length > 0) return { problem: 'several-patients' };
  return isAnotherPerson(patient, said) ? { problem: 'patient-not-certain' } : { patient };
}

function owned(patient: JsonObject, { orders, find }: OwnerFacts): StudyOwner {
  const subject = referenceTo(patient);
  const own = orders.filter((order) => {
    const ordered = find(referenceOf(order.subject));
    return ordered !== undefined && referenceTo(ordered) === subject;
  });
  return { patient, subject, orders: own };
}

function hasStudyUid({ identifier }: JsonObject, uid: string): boolean {
  return objectsOf(identifier).some(({ system, value }) => system === STUDY_UID && value === `urn:oid:${uid}`);
}

/** Whether an order found by a value has it as its accession number, or is the one with the Study UID. */
export function isOrderOf(order: JsonObject, uid: string, accession: string): boolean {
  return hasStudyUid(order, uid) || accessionsOf(order).some(({ value }) => accession !== '' && value === accession);
}

export function referenceTo({ id }: JsonObject): string {
  return `Patient/${String(id)}`;
}

function unique(patients: readonly (JsonObject | undefined)[]): readonly JsonObject[] {
  const found = patients.filter((patient) => patient !== undefined);
  return [...new Map(found.map((patient) => [patient.id, patient])).values()];
}
