export const UCUM = 'http://unitsofmeasure.org';
export const LOINC = 'http://loinc.org';
export const SNOMED = 'http://snomed.info/sct';
export const MRN = 'http://clinic.example/mrn';
export const V2_0203 = 'http://terminology.hl7.org/CodeSystem/v2-0203';
export const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
export const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
export const OWN = 'http://localhost:8080/fhir/R4';
export const VALUE_SET = 'http://hl7.org/fhir/ValueSet';

export const PREFIXES = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'];

/** One query per value. */
export function across(values: readonly string[], make: (value: string) => string): string[] {
  return values.map(make);
}
