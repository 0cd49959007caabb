import type { JsonObject } from '../../../../server/kernel/json.ts';
import { isAnotherPerson } from '../../../deliver/content/same-person.ts';
import { objectsOf, textOf } from '../../../map/json.ts';
import { personNames, valueOf } from '../read/dicom-json.ts';
import { fhirDate } from '../read/dicom-time.ts';
import { digest, datasetsOf, studyName, studyValue, type PacsStudy } from '../read/pacs-study.ts';
import { numberIn, type DicomPatientNumber } from './patient-number.ts';
import { humanNameOf } from '../read/person-name.ts';

/** Whose images they are, by what the images say. */
export interface StudyPerson {
  readonly number: DicomPatientNumber;
  /** All different ones that its series and its lists name. */
  readonly numbers: readonly DicomPatientNumber[];
  /** As a Patient: name and birth date. */
  readonly said: JsonObject;
  /** Digest of all that tells whose they are, the order's number included. */
  readonly identity: string;
}

export function personOf(study: PacsStudy): StudyPerson {
  // Lists may not know the issuer: the instances' own word counts.
  const numbers = [
    ...new Map(
      [...datasetsOf(study)]
        .reverse()
        .map(numberIn)
        .map((each) => [each.id, each]),
    ).values(),
  ];
  const [number = { id: '', issuer: '' }] = study.series.map(({ sample }) => numberIn(sample));
  const birthDate = fhirDate(studyValue(study, 'PatientBirthDate'));
  const name = studyName(study, 'PatientName');
  return {
    number,
    numbers,
    said: {
      resourceType: 'Patient',
      ...(name === '' ? {} : { name: [humanNameOf(name)] }),
      ...(birthDate === undefined ? {} : { birthDate }),
    },
    identity: digest([...new Set(datasetsOf(study).map(identityIn))].sort()),
  };
}

function identityIn(dataset: JsonObject): string {
  const { id, issuer, system = '' } = numberIn(dataset);
  const [name = ''] = personNames(dataset, 'PatientName');
  const plain = [valueOf(dataset, 'PatientBirthDate'), valueOf(dataset, 'AccessionNumber')];
  return JSON.stringify([id, issuer, system, name, ...plain]);
}

/** Whether name and birth date together say that it is this patient: a number of nobody knows whom is not enough. */
export function isSurelyOf(patient: JsonObject, said: JsonObject): boolean {
  if (textOf(said.birthDate) === '' || patient.birthDate !== said.birthDate) return false;
  const families = [patient, said].map(({ name }) => objectsOf(name).map((each) => plain(textOf(each.family))));
  const [known = [], told = []] = families;
  return known.some((each) => each !== '' && told.includes(each)) && !isAnotherPerson(patient, said);
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}
