import { codeMap } from './code-map.ts';

/*
 * Visits, appointments and documents: HL7 tables and what FHIR has for their codes, by the official v2-to-FHIR maps
 * (https://build.fhir.org/ig/HL7/v2-to-fhir/coding_system_maps.html).
 */

export const admissionType = codeMap('HL70007', 'http://terminology.hl7.org/CodeSystem/v2-0007', 'A E L R N U C');
export const ambulatoryStatus = codeMap(
  'HL70009',
  'http://terminology.hl7.org/CodeSystem/v2-0009',
  'A0= A1= A2=wheel@1 A3 A4 A5 A6 A7 A8 A9 B1 B2 B3 B4 B5 B6',
  'http://terminology.hl7.org/CodeSystem/encounter-special-arrangements',
);
export const appointmentReasonCodes = codeMap(
  'HL70276',
  'http://snomed.info/sct',
  'ROUTINE=3780001 WALKIN= CHECKUP=866149003 FOLLOWUP=185389009 EMERGENCY=373110003',
);
export const appointmentTypeCodes = codeMap(
  'HL70277',
  'http://terminology.hl7.org/CodeSystem/v2-0277',
  'Normal Tentative Complete',
);
export const bedStatus = codeMap('HL70116', 'http://terminology.hl7.org/CodeSystem/v2-0116', 'C H O U K I');
export const confidentialityCode = codeMap(
  'HL70177',
  'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  'V@1 R@1 U@2 EMP UWM@2 VIP@2 PSY AID=HIV HIV ETH=ETHUD',
  'http://terminology.hl7.org/CodeSystem/v3-Confidentiality',
  'http://terminology.hl7.org/CodeSystem/v2-0177',
);
export const diagnosisType = codeMap('HL70052', 'http://terminology.hl7.org/CodeSystem/diagnosis-role', 'A=AD W= F=');
export const documentConfidentialityStatus = codeMap(
  'HL70272',
  'http://terminology.hl7.org/CodeSystem/v2-0272',
  'V R U',
);
export const encounterPriority = codeMap(
  'HL70217',
  'http://terminology.hl7.org/CodeSystem/v3-ActPriority',
  '1=EM 2=UR 3=EL',
);
export const eventReason = codeMap(
  'HL70062',
  'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  '01=PATRQT 02=TREAT 03=HOPERAT O@1 U@1',
  'http://terminology.hl7.org/CodeSystem/v2-0062',
);
export const fillerStatusCodesAppointment = codeMap(
  'HL70278',
  'http://hl7.org/fhir/appointmentstatus',
  'Pending=pending Waitlist=waitlist Booked=booked Started=checked-in Complete=fulfilled Cancelled=cancelled Discontinued= Deleted=entered-in-error Blocked= Overbook= Noshow=noshow',
);
export const hospitalService = codeMap(
  'HL70069',
  'http://terminology.hl7.org/CodeSystem/v2-0069',
  'MED=382@1 SUR URO=222@1 PUL CAR',
  'http://terminology.hl7.org/CodeSystem/service-type',
);
export const modeOfArrivalCode = codeMap('HL70430', 'http://terminology.hl7.org/CodeSystem/v2-0430', 'A C F H P O U');
export const patientClassEncounterClass = codeMap(
  'HL70004',
  'http://terminology.hl7.org/CodeSystem/v2-0004',
  'E=EMER@1 I=IMP@1 O=AMB@1 P=PRENC@1 R B C N U',
  'http://terminology.hl7.org/CodeSystem/v3-ActCode',
);
export const patientClassEncounterStatus = codeMap(
  'HL70004',
  'http://hl7.org/fhir/encounter-status',
  'E=in-progress I=in-progress O=in-progress P=planned R=in-progress B=in-progress C=in-progress N=in-progress U=unknown',
);
export const providerRole = codeMap(
  'HL70443',
  'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
  'AD=ADM AP= AT=ATND CLP= CP=CON DP= EP= FHCP= IP= MDIR= OP= PH= PP=446050000@1 RO= RP=REF RT= TR= PI=40570005@1 AI= TN= VP= VPS= VTS=',
  'http://snomed.info/sct',
);
export const readmissionIndicator = codeMap('HL70092', 'http://terminology.hl7.org/CodeSystem/v2-0092', 'R');
