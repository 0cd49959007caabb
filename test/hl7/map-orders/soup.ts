import fc from 'fast-check';

const EVENTS = [
  'ORU^R01',
  'OUL^R22',
  'OUL^R24',
  'ORM^O01',
  'OML^O21',
  'OMI^O23',
  'VXU^V04',
  'RDE^O11',
  'RDS^O13',
  'DFT^P03',
  'BAR^P01',
];

export const PERSON = 'PID|1||4711^^^MRN||Doe^Ann|||||||||||||ACC^^^BILL';

const SEGMENTS = [
  PERSON,
  'PV1|1|I|W1^R1^B1|||||||||||||||V1^^^VISIT',
  'NTE|1||note',
  'ORC|NW|P1^EHR|F1^LIS|G1|SC||^BID^D7^20261101||20261101|10^Clerk|11^Check|12^House|||||||||Clinic',
  'ORC|CA|P2^EHR',
  'ORC|PR||F0^LIS',
  'ORC||',
  'OBR|1|P1^EHR|F1^LIS|X^Test^L|R|20261101|20261101|20261102|3^mL|||||20261101|BLD^HEPA^from arm|12^House|||ACC1|||20261101120000||LAB|F|X^1|||P0^F0',
  'OBR|2',
  'TQ1|1||Q6H|0800|||20261101|20261102|S',
  'OBX|1|NM|X^Test^L|1|5.10|mg/dL|3 - 6|H|||F|||20261101|LAB1|13^Tech|M1|DEV1|20261101|BU|EI1||Lab^L|Street 1|14^Director',
  'OBX|2|SN|Y^Other^L|1.1|>^5||||||P',
  'OBX|3|TX|Z^Text^L||line one||||||F',
  'OBX|4|TX|Z^Text^L||line two||||||F',
  'OBX|5|ED|P^PDF^L||^AP^PDF^Base64^JVBERi0=||||||F',
  'OBX|6|CE|""|""|""|""',
  'OBX|7||',
  'SPM|1|S1&EHR^S2&LIS||BLD^Blood|||||||||||||20261101^20261001|20261101||Y',
  'PRT|1|AD||OP|15^Nurse||Org',
  'ZDS|1.2.840.9^X^Application^DICOM',
  'IPC|A1|B1|1.2.3|C1|CT',
  'RXO|D1^Aspirin^L|1|2|mg|TAB||take it||G||20|TAB|2|',
  'RXE|^BID|D2^Ibuprofen^L|400||mg|TAB|||N|20|TAB|1|||RX1|||||3^mg||||5|mL/h|200|mg',
  'RXR|PO|LA||IVP',
  'RXC|A|C1^Additive^L|3|mg',
  'RXD|1|D1^Aspirin^L|20261101|20|TAB||RX9|||16^Pharmacist|G',
  'RXA|0|1|20261101||08^HepB^CVX|0.5|mL||00^New^NIP001|17^Nurse|||||LOT|20270101|MSD|||CP|A',
  'FT1|1|T1||20261101|20261101|CG|C1^Visit^L|||2|100&USD|50&USD|DEP|||||||18^Doc|19^Doc||F1|20^Clerk|C2^Proc^L|26',
  'DG1|1||J45^Asthma^I10C',
  'PR1|1||P1^Procedure^L||20261101',
  'GT1|1|G1|Doe^Bob',
  'IN1|1|PLAN|COMP|Payer',
  'ZZZ|own',
  'MRG|9^^^MRN',
] as const;

/** An event, and segments that somebody might send with it, in an order that nobody would. */
export const soup = fc.tuple(fc.constantFrom(...EVENTS), fc.array(fc.constantFrom(...SEGMENTS), { maxLength: 14 }));
