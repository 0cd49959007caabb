import { codeMap } from './code-map.ts';

/*
 * Allergies, immunizations and medication: HL7 tables and what FHIR has for their codes, by the official v2-to-FHIR maps
 * (https://build.fhir.org/ig/HL7/v2-to-fhir/coding_system_maps.html).
 */

export const administrationMethod = codeMap(
  'HL70165',
  'http://snomed.info/sct',
  'CH=419747000 DI=421682005 DU= IF= IS=421257003 IR= IVPB= IVP= NB= PT= PF= SH=420606003 SO= WA=422152000 WI=',
);
export const allergenTypeAllergyIntoleranceCategory = codeMap(
  'HL70127',
  'http://hl7.org/fhir/allergy-intolerance-category',
  'DA=medication FA=food MA= MC= EA=environment AA=biologic PA=environment LA=environment',
);
export const allergySeverityAllergyIntoleranceCriticality = codeMap(
  'HL70128',
  'http://hl7.org/fhir/allergy-intolerance-criticality',
  'SV=high MO= MI=low U=',
);
export const allergySeverityAllergyIntoleranceReactionSeverity = codeMap(
  'HL70128',
  'http://hl7.org/fhir/reaction-event-severity',
  'SV=severe MO=moderate MI=mild U=',
);
export const allergyType = codeMap(
  'HL70127',
  'http://hl7.org/fhir/allergy-intolerance-type',
  'DA=allergy FA=allergy MA=allergy MC= EA=allergy AA=allergy PA=allergy LA=allergy',
);
export const allowSubstitution = codeMap('HL70161', 'http://terminology.hl7.org/CodeSystem/v2-0161', 'N G T');
export const bodySite = codeMap(
  'HL70163',
  'http://terminology.hl7.org/CodeSystem/v2-0163',
  'BE OU BN BU CT LA LAC LACF LD LE LEJ OS LF LG LH LIJ LLAQ LLFA LMFA LN LPC LSC LT LUA LUAQ LUFA LVG LVL NB PA PERIN RA RAC RACF RD RE REJ OD RF RG RH RIJ RLAQ RLFA RMFA RN RPC RSC RT RUA RUAQ RUFA RVL RVG',
);
export const completionStatus = codeMap(
  'HL70322',
  'http://hl7.org/fhir/event-status',
  'CP=completed RE=not-done NA=not-done PA=completed',
);
export const eventRelatedPeriod = codeMap(
  'HL70528',
  'http://terminology.hl7.org/CodeSystem/v3-TimingEvent',
  'HS AC PC IC@1 ACM ACD ACV PCM PCD PCV ICM@1 ICD@1 ICV@1',
  'http://terminology.hl7.org/CodeSystem/v2-0528',
);
export const repeatPattern = codeMap(
  'HL70335',
  'http://terminology.hl7.org/CodeSystem/v2-0335',
  'BID@1 TID@1 QID@1 xID QAM QSHIFT QOD@1 QHS QPM C PRN PRNxxx Once A P I M D V',
  'http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation',
);
export const routeOfAdministration = codeMap(
  'HL70162',
  'http://terminology.hl7.org/CodeSystem/v2-0162',
  'AP B DT EP ET GTT GU IMR IA IB IC ICV ID=IDINJ@1 IH IHA IM@1 IN IO IP IS IT IU IV=IVINJ@1 MTH MM NS NG NP NT OP OT OTH PF PO@1 PR RM SD SC=SQ@1 SL TP TRA TD=TRNSDERM@1 TL UR VG VM WND',
  'http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration',
);
