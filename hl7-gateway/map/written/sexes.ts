/** HL7 table 0001 of https://hl7.org/fhir/R4/valueset-administrative-gender.html */
export const SEXES: Readonly<Record<string, string | undefined>> = {
  male: 'M',
  female: 'F',
  other: 'O',
  unknown: 'U',
};
