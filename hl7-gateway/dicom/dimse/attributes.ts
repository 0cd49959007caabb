/** Value representations that are written here: https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.html */
export type Vr = 'AE' | 'CS' | 'DA' | 'LO' | 'LT' | 'PN' | 'SH' | 'SQ' | 'ST' | 'TM' | 'UC' | 'UI' | 'UT';

export interface Attribute {
  /** `PatientName` */
  readonly keyword: string;
  /** Group and element: 0x00100010. */
  readonly tag: number;
  readonly vr: Vr;
}

/** Of worklist entries and performed steps, by keyword: https://dicom.nema.org/medical/dicom/current/output/chtml/part06/chapter_6.html */
const ATTRIBUTES: Readonly<Record<string, readonly [tag: number, vr: Vr]>> = {
  SpecificCharacterSet: [0x00080005, 'CS'],
  AccessionNumber: [0x00080050, 'SH'],
  IssuerOfAccessionNumberSequence: [0x00080051, 'SQ'],
  Modality: [0x00080060, 'CS'],
  InstitutionName: [0x00080080, 'LO'],
  ReferringPhysicianName: [0x00080090, 'PN'],
  CodeValue: [0x00080100, 'SH'],
  CodingSchemeDesignator: [0x00080102, 'SH'],
  CodeMeaning: [0x00080104, 'LO'],
  LongCodeValue: [0x00080119, 'UC'],
  ReferencedStudySequence: [0x00081110, 'SQ'],
  ReferencedPatientSequence: [0x00081120, 'SQ'],
  ReferencedSOPClassUID: [0x00081150, 'UI'],
  ReferencedSOPInstanceUID: [0x00081155, 'UI'],
  PatientName: [0x00100010, 'PN'],
  PatientID: [0x00100020, 'LO'],
  IssuerOfPatientID: [0x00100021, 'LO'],
  IssuerOfPatientIDQualifiersSequence: [0x00100024, 'SQ'],
  PatientBirthDate: [0x00100030, 'DA'],
  PatientSex: [0x00100040, 'CS'],
  OtherPatientIDsSequence: [0x00101002, 'SQ'],
  MedicalAlerts: [0x00102000, 'LO'],
  Allergies: [0x00102110, 'LO'],
  AdditionalPatientHistory: [0x001021b0, 'LT'],
  PatientComments: [0x00104000, 'LT'],
  StudyInstanceUID: [0x0020000d, 'UI'],
  RequestingPhysician: [0x00321032, 'PN'],
  RequestingService: [0x00321033, 'LO'],
  RequestedProcedureDescription: [0x00321060, 'LO'],
  RequestedProcedureCodeSequence: [0x00321064, 'SQ'],
  RequestedContrastAgent: [0x00321070, 'LO'],
  AdmissionID: [0x00380010, 'LO'],
  IssuerOfAdmissionIDSequence: [0x00380014, 'SQ'],
  SpecialNeeds: [0x00380050, 'LO'],
  CurrentPatientLocation: [0x00380300, 'LO'],
  PatientState: [0x00380500, 'LO'],
  ScheduledStationAETitle: [0x00400001, 'AE'],
  ScheduledProcedureStepStartDate: [0x00400002, 'DA'],
  ScheduledProcedureStepStartTime: [0x00400003, 'TM'],
  ScheduledProcedureStepEndDate: [0x00400004, 'DA'],
  ScheduledProcedureStepEndTime: [0x00400005, 'TM'],
  ScheduledPerformingPhysicianName: [0x00400006, 'PN'],
  ScheduledProcedureStepDescription: [0x00400007, 'LO'],
  ScheduledProtocolCodeSequence: [0x00400008, 'SQ'],
  ScheduledProcedureStepID: [0x00400009, 'SH'],
  ScheduledStationName: [0x00400010, 'SH'],
  ScheduledProcedureStepLocation: [0x00400011, 'SH'],
  PreMedication: [0x00400012, 'LO'],
  ScheduledProcedureStepStatus: [0x00400020, 'CS'],
  LocalNamespaceEntityID: [0x00400031, 'UT'],
  UniversalEntityID: [0x00400032, 'UT'],
  UniversalEntityIDType: [0x00400033, 'CS'],
  TypeOfPatientID: [0x00100022, 'CS'],
  ScheduledProcedureStepSequence: [0x00400100, 'SQ'],
  CommentsOnTheScheduledProcedureStep: [0x00400400, 'LT'],
  RequestedProcedureID: [0x00401001, 'SH'],
  ReasonForTheRequestedProcedure: [0x00401002, 'LO'],
  RequestedProcedurePriority: [0x00401003, 'SH'],
  PatientTransportArrangements: [0x00401004, 'LO'],
  RequestedProcedureLocation: [0x00401005, 'LO'],
  ConfidentialityCode: [0x00401008, 'LO'],
  ReportingPriority: [0x00401009, 'SH'],
  NamesOfIntendedRecipientsOfResults: [0x00401010, 'PN'],
  RequestedProcedureComments: [0x00401400, 'LT'],
  PlacerOrderNumberImagingServiceRequest: [0x00402016, 'LO'],
  FillerOrderNumberImagingServiceRequest: [0x00402017, 'LO'],
  ImagingServiceRequestComments: [0x00402400, 'LT'],
  PerformingPhysicianName: [0x00081050, 'PN'],
  OperatorsName: [0x00081070, 'PN'],
  PerformedProcedureStepStartDate: [0x00400244, 'DA'],
  PerformedProcedureStepStartTime: [0x00400245, 'TM'],
  PerformedProcedureStepEndDate: [0x00400250, 'DA'],
  PerformedProcedureStepEndTime: [0x00400251, 'TM'],
  PerformedProcedureStepStatus: [0x00400252, 'CS'],
  PerformedProcedureStepDescription: [0x00400254, 'LO'],
  ScheduledStepAttributesSequence: [0x00400270, 'SQ'],
  PerformedProcedureStepDiscontinuationReasonCodeSequence: [0x00400281, 'SQ'],
  PerformedSeriesSequence: [0x00400340, 'SQ'],
  ConfidentialityConstraintOnPatientDataDescription: [0x00403001, 'LO'],
};

const BY_KEYWORD: ReadonlyMap<string, Attribute> = new Map(
  Object.entries(ATTRIBUTES).map(([keyword, [tag, vr]]) => [keyword, { keyword, tag, vr }]),
);
const BY_TAG: ReadonlyMap<number, Attribute> = new Map([...BY_KEYWORD.values()].map((each) => [each.tag, each]));

/** Undefined for one that is not known here. @param keyword `PatientName` */
export function attributeOf(keyword: string): Attribute | undefined {
  return BY_KEYWORD.get(keyword);
}

/** @param tag group and element */
export function attributeAt(tag: number): Attribute | undefined {
  return BY_TAG.get(tag);
}
