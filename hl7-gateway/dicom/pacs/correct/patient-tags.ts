import type { JsonObject } from '../../../../server/kernel/json.ts';
import { objectsOf, textOf } from '../../../map/json.ts';
import type { TagChange } from '../client/orthanc-instances.ts';
import {
  currentIdentifier,
  identifierFor,
  MOVING,
  withoutMark,
  type Assigners,
  type DicomPatientNumber,
} from '../owner/patient-number.ts';
import { dicomName } from '../read/person-name.ts';

/** Who images are of, by attributes that an Orthanc names by their keywords. */
export interface CorrectedPatient {
  readonly patient: JsonObject;
  /** Patients who were merged into this one: their numbers are not used any more. */
  readonly replaced: readonly JsonObject[];
  readonly assigners: Assigners;
  /** `2026-11-26` */
  readonly today: string;
}

/** Value representation LO takes so many characters. */
const LONGEST = 64;
const SEXES: ReadonlyMap<string, string> = new Map([
  ['female', 'F'],
  ['male', 'M'],
  ['other', 'O'],
]);

/** What an instance has to say otherwise so that it says what the patient is called and numbered now; undefined: nothing. */
export function neededChange(tags: JsonObject, corrected: CorrectedPatient): TagChange | undefined {
  const { patient } = corrected;
  const replace: Record<string, string> = {};
  const name = dicomName(patient, corrected.today);
  if (name !== '' && plain(name) !== plain(textOf(tags.PatientName))) replace.PatientName = name;
  const birth = textOf(patient.birthDate);
  const date = /^\d{4}-\d{2}-\d{2}$/.test(birth) ? birth.replaceAll('-', '') : '';
  if (date !== '' && date !== textOf(tags.PatientBirthDate)) replace.PatientBirthDate = date;
  const sex = SEXES.get(textOf(patient.gender)) ?? '';
  if (sex !== '' && sex !== textOf(tags.PatientSex)) replace.PatientSex = sex;
  const number = newNumber(tags, corrected);
  if (number === 'none') return undefined;
  const said = textOf(tags.PatientID);
  const id = number?.id ?? withoutMark(said);
  if (id !== said) replace.PatientID = id;
  if (number !== undefined && number.issuer !== '') replace.IssuerOfPatientID = number.issuer;
  if (Object.keys(replace).length === 0) return undefined;
  // What qualifies the old number's issuer says nothing of the new one's.
  const stale = number === undefined ? [] : ['IssuerOfPatientIDQualifiersSequence'];
  return {
    replace: { PatientID: id, ...replace },
    remove: [...stale, ...(number?.issuer === '' ? ['IssuerOfPatientID'] : [])],
  };
}

/** Whether images are under a number that their patient has no more, or may be. @param isNew whether they came just now */
export function isOutdated(
  patient: JsonObject,
  numbers: readonly DicomPatientNumber[],
  assigners: Assigners,
  isNew: boolean,
): boolean {
  if (isNew && objectsOf(patient.link).some(({ type }) => type === 'replaces')) return true;
  return numbers.some((number) => {
    const found = identifierFor(patient, number, assigners);
    return number.id !== '' && (found === undefined || found.use === 'old');
  });
}

/** The change by which an instance makes room for itself under the same number. */
export function roomFor({ replace, remove }: TagChange): TagChange {
  const id = replace.PatientID ?? '';
  return { replace: { ...replace, PatientID: `${id.slice(0, LONGEST - MOVING.length)}${MOVING}` }, remove };
}

/**
 * Undefined where the number is one that the patient has now; `none` where it is not, and the patient has none: then the images are
 * left as they are, as nothing would say whose they are.
 */
function newNumber(
  tags: JsonObject,
  { patient, replaced, assigners, today }: CorrectedPatient,
): { readonly id: string; readonly issuer: string } | 'none' | undefined {
  const number: DicomPatientNumber = {
    id: withoutMark(textOf(tags.PatientID)),
    issuer: textOf(tags.IssuerOfPatientID),
  };
  const isFormer = (one: JsonObject): boolean =>
    one.use === 'old' ||
    replaced.some(({ identifier }) =>
      objectsOf(identifier).some(({ system, value }) => system === one.system && value === one.value),
    );
  const own = { ...patient, identifier: objectsOf(patient.identifier).filter((each) => !isFormer(each)) };
  if (identifierFor(own, number, assigners) !== undefined) return undefined;
  const before = identifierFor(patient, number, assigners);
  const system = textOf(before?.system);
  const now = currentIdentifier(own, system, today);
  if (now === undefined) return 'none';
  return { id: textOf(now.value), issuer: issuerOf(now, system === now.system ? number.issuer : '') };
}

/** Of one assigner the name stays as the PACS has it. */
function issuerOf({ system }: JsonObject, known: string): string {
  if (known !== '') return known;
  const name = textOf(system).replace(/^urn:oid:/, '');
  return name.length > LONGEST ? '' : name;
}

/** Names that differ in case, and in what ends them, are the same. */
function plain(name: string): string {
  return (name.split('=')[0] ?? '')
    .normalize('NFC')
    .replace(/[\s^]+$/, '')
    .toLowerCase();
}
