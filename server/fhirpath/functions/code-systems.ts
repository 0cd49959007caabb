/** `%ucum` and the like. https://hl7.org/fhir/R4/fhirpath.html#variables */
export const CODE_SYSTEMS: Readonly<Record<string, string>> = {
  ucum: 'http://unitsofmeasure.org',
  sct: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
};
