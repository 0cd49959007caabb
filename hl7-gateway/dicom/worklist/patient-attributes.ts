import type { JsonObject } from '../../../server/kernel/json.ts';
import type { DataSet } from '../dimse/data-set.ts';
import { identifierOfType, objectOf, objectsOf, stringOf } from './fhir-elements.ts';
import { personName } from './person-name.ts';
import { plainText, shortText } from './value-text.ts';

const SEXES: Readonly<Record<string, string | undefined>> = { male: 'M', female: 'F', other: 'O' };

/** Patient identification and demographics: https://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_K.6.html */
export function patientAttributes(patient: JsonObject): DataSet {
  const [number, others] = patientNumbers(patient);
  return {
    PatientName: personName(patient.name),
    PatientID: shortText(stringOf(number?.value), 64),
    IssuerOfPatientID: number === undefined ? '' : issuerOf(number),
    IssuerOfPatientIDQualifiersSequence: number === undefined ? [] : qualifiersOf(number),
    PatientBirthDate: birthDate(stringOf(patient.birthDate)),
    PatientSex: SEXES[stringOf(patient.gender)] ?? '',
    OtherPatientIDsSequence: others.map((each) => ({
      PatientID: shortText(stringOf(each.value), 64),
      IssuerOfPatientID: issuerOf(each),
      TypeOfPatientID: 'TEXT',
      IssuerOfPatientIDQualifiersSequence: qualifiersOf(each),
    })),
  };
}

/** The number on the wristband (type MR), else the first one that is valid; and the others that are. */
function patientNumbers(patient: JsonObject): readonly [JsonObject | undefined, readonly JsonObject[]] {
  const valid = objectsOf(patient.identifier).filter(
    ({ use, value }) => use !== 'old' && use !== 'temp' && stringOf(value) !== '',
  );
  const number = identifierOfType(valid, 'MR') ?? valid[0];
  return [number, valid.filter((each) => each !== number)];
}

/** Who gave it, as people name it, else its system; a system that LO cannot hold is in the qualifiers alone. */
function issuerOf({ system, assigner }: JsonObject): string {
  const display = plainText(stringOf(objectOf(assigner).display));
  const [name = ''] = [display, stringOf(system)].filter((each) => each !== '' && each.length <= 64);
  return plainText(name);
}

function qualifiersOf({ system }: JsonObject): readonly DataSet[] {
  const uri = stringOf(system);
  if (uri === '') return [];
  const oid = /^urn:oid:(.+)$/.exec(uri)?.[1];
  const entity = oid === undefined ? [uri, 'URI'] : [oid, 'ISO'];
  return [{ UniversalEntityID: entity[0] ?? '', UniversalEntityIDType: entity[1] ?? '' }];
}

/** Only a whole day is one in DICOM. */
function birthDate(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text.replaceAll('-', '') : '';
}
