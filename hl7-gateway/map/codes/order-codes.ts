import { codeMap } from './code-map.ts';

/*
 * Orders and results: HL7 tables and what FHIR has for their codes, by the official v2-to-FHIR maps
 * (https://build.fhir.org/ig/HL7/v2-to-fhir/coding_system_maps.html).
 */

export const commentType = codeMap(
  'HL70364',
  'http://terminology.hl7.org/CodeSystem/v2-0364',
  'PI AI GI 1R 2R GR RE DR',
);
export const diagnosticServiceSectionID = codeMap(
  'HL70074',
  'http://terminology.hl7.org/CodeSystem/v2-0074',
  'AU BG BLB CG CUS CTH CT CH CP EC EN GE HM ICU IMM LAB MB MCB MYC NMS NMR NRS OUS OT OTH OSL PHR PT PHY PF RAD RX RUS RC RT SR SP TX VUS VR XRC',
);
export const extendedPriorityCodes = codeMap(
  'HL70485',
  'http://hl7.org/fhir/request-priority',
  'S=stat A=asap R=routine P= C= T= PRN=',
);
export const interpretationCodes = codeMap(
  'HL70078',
  'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
  '< > A AA AC= B CAR D DET E EX EXP H HH HM= HU I IE IND L LL LU MS N NCL ND NEG NR NS OBX= POS QCF= R RR S SDD SYN-R SYN-S TOX= U VS UNE W WR',
);
export const natureOfAbnormalTesting = codeMap(
  'HL70080',
  'http://terminology.hl7.org/CodeSystem/v2-0080',
  'A N R S SP B ST',
);
export const orderType = codeMap('HL70482', 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', 'I=HOSP O=OF');
export const yesNoIndicatorAvailabilityStatus = codeMap(
  'HL70136',
  'http://hl7.org/fhir/specimen-status',
  'Y=available N=unavailable',
);
