import { codeMap } from './code-map.ts';

/*
 * People and how they are reached: HL7 tables and what FHIR has for their codes, by the official v2-to-FHIR maps
 * (https://build.fhir.org/ig/HL7/v2-to-fhir/coding_system_maps.html).
 */

export const addressTypeType = codeMap(
  'HL70190',
  'http://hl7.org/fhir/address-type',
  'M=postal SH=postal BA= BI= N= BDL= F= C= B= H= L= O= P= RH= BR= S= TM= V=',
);
export const addressTypeUse = codeMap(
  'HL70190',
  'http://hl7.org/fhir/address-use',
  'BA=old BI=billing N= BDL= F= C=temp B=work H=home L= M= O=work P= RH= BR= S= SH= TM= V=',
);
export const administrativeSex = codeMap(
  'HL70001',
  'http://hl7.org/fhir/administrative-gender',
  'F=female M=male O=other U=unknown A=other N=other',
);
export const contactRole = codeMap('HL70131', 'http://terminology.hl7.org/CodeSystem/v2-0131', 'E C F I N S O U');
export const livingWillCode = codeMap('HL70315', 'http://terminology.hl7.org/CodeSystem/v2-0315', 'Y F N I U');
export const maritalStatus = codeMap(
  'HL70002',
  'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus',
  'A=L D M S W C= G=T P=T R=T E=L N=A I B=U U=UNK@1 O=OTH@1 T=NAVU@1',
  'http://terminology.hl7.org/CodeSystem/v3-NullFlavor',
);
export const nameAssemblyOrder = codeMap('HL70444', 'http://terminology.hl7.org/CodeSystem/v2-0444', 'G F');
export const nameType = codeMap(
  'HL70200',
  'http://hl7.org/fhir/name-use',
  'BAD=old A= B= C= D=usual F= I= K= L=official M=maiden MSK=anonymous N=nickname NAV=temp NB= NOUSE= P= R=official REL= S= T= TEMP=temp U=',
);
export const relationship = codeMap(
  'HL70063',
  'http://terminology.hl7.org/CodeSystem/v3-RoleCode',
  'SEL=ONESELF SPO=SPS DOM=SIGOTHR CHD=CHILD GCH=GRNDCHILD NCH=NCHILD SCH=STPCHLD FCH=CHLDFOST DEP@1 WRD@1 PAR=PRN MTH FTH CGV@1 GRD@1 GRP=GRPRN EXF=EXT SIB BRO SIS FND=FRND OAD@1 EME@1 EMR=E@2 ASC@1 EMC=C@2 OWN@1 TRA@1 MGR@1 NON@1 UNK=U@2 OTH=O@2',
  'http://terminology.hl7.org/CodeSystem/v2-0063',
  'http://terminology.hl7.org/CodeSystem/v2-0131',
);
export const religion = codeMap(
  'HL70006',
  'http://terminology.hl7.org/CodeSystem/v3-ReligiousAffiliation',
  'A=1007 B=1009 C= E=1069 J=1026 L=1028 M=1027 N=1020 P=1077 AGN=1004 ATH=1007 BAH=1008 BRE=1062 BUD= BMA=1029 BTH=1051 BTA= BOT= CFR= CHR=1013 ABC= AMT= AME= ANG=1005 AOG=1061 BAP=1009 CRR=1079 CHS=1063 CMA= COC=1064 COG=1065 COI= COM= COL=1066 EOT=1068 EVC= EPI=1069 FWB= FRQ=1071 FUL=1072 GRE= JWN=1025 MOM=1027 LUT=1028 LMS= MEN= MET=1073 NAZ=1075 ORT=1036 PEN=1038 COP= PRE=1076 PRO=1077 PRC=1078 QUA=1071 REC=1079 REO= CAT=1041 SAA=1080 SEV=1001 SOU= UCC=1082 UMD= UNI=1052 UNU=1081 WES= WMC= COT= CNF=1014 DOC=1067 ERL= HIN= HSH=1020 HVA=1020 HOT=1020 JAI=1024 JEW= JCO= JOR= JRC= JRF= JRN= JOT= MOS=1023 MSH=1045 MSU=1049 MOT= NAM=1074 NRL= NOE= SHN=1046 SIK=1047 SPI=1048 OTH= VAR=',
);
export const telecommunicationEquipmentType = codeMap(
  'HL70202',
  'http://hl7.org/fhir/contact-point-system',
  'PH=phone FX=fax MD=other CP=mobile@1 SAT=other BP=pager Internet=email X.400=email TDD=other TTY=other',
  'http://hl7.org/fhir/contact-point-use',
);
export const telecommunicationUseCode = codeMap(
  'HL70201',
  'http://hl7.org/fhir/contact-point-use',
  'PRN=home ORN= WPN=work VHN= ASN= EMR= NET= BPN= PRS=mobile',
);
