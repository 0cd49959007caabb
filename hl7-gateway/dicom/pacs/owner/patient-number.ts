import type { JsonObject } from '../../../../server/kernel/json.ts';
import { IDENTIFIER_TYPES } from '../../../map/canonical.ts';
import { objectOf, objectsOf, textOf } from '../../../map/json.ts';
import { itemsOf, valueOf, type DicomDataset } from '../read/dicom-json.ts';
import { universalSystem } from '../resource/imaging-study.ts';
import { isOver } from '../read/person-name.ts';

/** A patient's number as DICOM has it. https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_10.15.html */
export interface DicomPatientNumber {
  /** (0010,0020) */
  readonly id: string;
  /** (0010,0021), empty where it names none. */
  readonly issuer: string;
  /** (0010,0024) as a URI. */
  readonly system?: string | undefined;
}

/**
 * Mark of a number while its instance is written anew: an Orthanc knows instances by number and UIDs, and takes no second one that
 * has the same.
 */
export const MOVING = '#moving';

export function withoutMark(id: string): string {
  return id.endsWith(MOVING) ? id.slice(0, -MOVING.length) : id;
}

/** Names of assigners that partners know, and the systems that they stand for: `CENTRAL` → `urn:oid:1.2.3`. */
export type Assigners = ReadonlyMap<string, string>;

export function numberIn(dataset: DicomDataset): DicomPatientNumber {
  const [qualifiers] = itemsOf(dataset, 'IssuerOfPatientIDQualifiersSequence');
  return {
    id: withoutMark(valueOf(dataset, 'PatientID')),
    issuer: valueOf(dataset, 'IssuerOfPatientID'),
    system: qualifiers && universalSystem(qualifiers),
  };
}

export function hasIssuer({ issuer, system }: DicomPatientNumber): boolean {
  return issuer !== '' || system !== undefined;
}

/**
 * The identifier of a patient that a number is; one whose number names an issuer is of that one alone.
 * @returns undefined where the patient has no such number
 */
export function identifierFor(
  { identifier }: JsonObject,
  number: DicomPatientNumber,
  assigners: Assigners,
): JsonObject | undefined {
  if (number.id === '') return undefined;
  return objectsOf(identifier).find((each) => each.value === number.id && isOfIssuer(each, number, assigners));
}

function isOfIssuer(identifier: JsonObject, { issuer, system }: DicomPatientNumber, assigners: Assigners): boolean {
  const own = textOf(identifier.system);
  if (system !== undefined) return own === system;
  if (issuer === '') return true;
  const known = assigners.get(issuer);
  if (known !== undefined) return own === known;
  const names = [own, own.replace(/^urn:oid:/, ''), textOf(objectOf(identifier.assigner).display)];
  return names.some((name) => name !== '' && name === issuer);
}

/** The number that a patient has now, for one issuer where it has one there; undefined where it has none. @param system preferred @param today `2026-11-26` */
export function currentIdentifier({ identifier }: JsonObject, system: string, today: string): JsonObject | undefined {
  const now = objectsOf(identifier).filter(
    (each) => each.use !== 'old' && each.use !== 'temp' && isWritable(textOf(each.value)) && !isOver(each, today),
  );
  const [first] = now;
  return now.find((each) => system !== '' && each.system === system) ?? now.find(isRecordNumber) ?? first;
}

/** Value representation LO: https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.html */
function isWritable(value: string): boolean {
  return value.trim() !== '' && value.length <= 64 && !/[\\\p{Cc}]/u.test(value);
}

function isRecordNumber({ type }: JsonObject): boolean {
  return objectsOf(objectOf(type).coding).some(({ system, code }) => system === IDENTIFIER_TYPES && code === 'MR');
}
