import {
  isObject,
  numberText,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '../../../../server/kernel/json.ts';

/**
 * A data set of DICOM: tag → attribute. https://dicom.nema.org/medical/dicom/current/output/chtml/part18/chapter_F.html
 */
export type DicomDataset = JsonObject;

/** Tags of the attributes that are read, by their keywords: https://dicom.nema.org/medical/dicom/current/output/chtml/part06/chapter_6.html */
const TAGS = {
  SOPClassUID: '00080016',
  SOPInstanceUID: '00080018',
  StudyDate: '00080020',
  SeriesDate: '00080021',
  ContentDate: '00080023',
  StudyTime: '00080030',
  SeriesTime: '00080031',
  ContentTime: '00080033',
  AccessionNumber: '00080050',
  IssuerOfAccessionNumberSequence: '00080051',
  Modality: '00080060',
  ModalitiesInStudy: '00080061',
  ReferringPhysicianName: '00080090',
  CodeValue: '00080100',
  CodingSchemeDesignator: '00080102',
  CodeMeaning: '00080104',
  LongCodeValue: '00080119',
  URNCodeValue: '00080120',
  TimezoneOffsetFromUTC: '00080201',
  StudyDescription: '00081030',
  ProcedureCodeSequence: '00081032',
  SeriesDescription: '0008103E',
  PerformingPhysicianName: '00081050',
  OperatorsName: '00081070',
  AnatomicRegionSequence: '00082218',
  PatientName: '00100010',
  PatientID: '00100020',
  IssuerOfPatientID: '00100021',
  IssuerOfPatientIDQualifiersSequence: '00100024',
  PatientBirthDate: '00100030',
  PatientSex: '00100040',
  BodyPartExamined: '00180015',
  StudyInstanceUID: '0020000D',
  SeriesInstanceUID: '0020000E',
  SeriesNumber: '00200011',
  Laterality: '00200060',
  NumberOfStudyRelatedSeries: '00201206',
  NumberOfStudyRelatedInstances: '00201208',
  NumberOfSeriesRelatedInstances: '00201209',
  LocalNamespaceEntityID: '00400031',
  UniversalEntityID: '00400032',
  UniversalEntityIDType: '00400033',
  MeasurementUnitsCodeSequence: '004008EA',
  RelationshipType: '0040A010',
  VerificationDateTime: '0040A030',
  ValueType: '0040A040',
  ConceptNameCodeSequence: '0040A043',
  VerifyingObserverSequence: '0040A073',
  VerifyingObserverName: '0040A075',
  DateTime: '0040A120',
  Date: '0040A121',
  Time: '0040A122',
  PersonName: '0040A123',
  UID: '0040A124',
  TextValue: '0040A160',
  ConceptCodeSequence: '0040A168',
  MeasuredValueSequence: '0040A300',
  NumericValue: '0040A30A',
  CompletionFlag: '0040A491',
  VerificationFlag: '0040A493',
  ContentSequence: '0040A730',
} as const;

export type Keyword = keyof typeof TAGS;

export function tagOf(keyword: Keyword): string {
  return TAGS[keyword];
}

/** Values as texts, without the spaces that pad them; empty ones are left out. Numbers keep their digits. */
export function valuesOf(dataset: DicomDataset, keyword: Keyword): readonly string[] {
  const values = rawValues(dataset, keyword);
  return values.flatMap((value, place) => {
    const text = typeof value === 'number' ? numberText(values, String(place)) : textIn(value);
    return text === undefined || text === '' ? [] : [text];
  });
}

/** Control characters that are no line breaks or tabs are in no text of FHIR: https://hl7.org/fhir/R4/datatypes.html#string */
function textIn(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value.replace(/(?![\t\n\r])\p{Cc}/gu, '').trim() : '';
}

/** The first value; empty where there is none. */
export function valueOf(dataset: DicomDataset, keyword: Keyword): string {
  return valuesOf(dataset, keyword)[0] ?? '';
}

/** Undefined where it has none, or no whole number that FHIR's unsignedInt holds. */
export function countOf(dataset: DicomDataset, keyword: Keyword): number | undefined {
  const text = valueOf(dataset, keyword);
  return /^[0-9]{1,10}$/.test(text) && Number(text) <= 2_147_483_647 ? Number(text) : undefined;
}

/** Items of a sequence. */
export function itemsOf(dataset: DicomDataset, keyword: Keyword): readonly DicomDataset[] {
  return rawValues(dataset, keyword).filter((item) => isObject(item));
}

/** Component groups of a person's name, `family^given^middle^prefix^suffix`, the first that it has: alphabetic, ideographic, phonetic. */
export function personNames(dataset: DicomDataset, keyword: Keyword): readonly string[] {
  return rawValues(dataset, keyword).flatMap((value) => {
    const { Alphabetic, Ideographic, Phonetic } = isObject(value) ? value : { Alphabetic: value };
    // Where a name is one text, `=` parts its groups.
    const groups = [Alphabetic, Ideographic, Phonetic].flatMap((each) => textIn(each).split('='));
    const text = groups.find((each) => /[^\s^]/.test(each));
    return text === undefined ? [] : [text];
  });
}

function rawValues(dataset: DicomDataset, keyword: Keyword): JsonArray {
  const attribute = dataset[TAGS[keyword]];
  return isObject(attribute) && Array.isArray(attribute.Value) ? attribute.Value : [];
}
