const ADMINISTRATIVE_GENDER = 'http://hl7.org/fhir/administrative-gender';

/** Systems of `code` elements that the corpus searches with a system; the element's required binding names them. */
export const IMPLIED_SYSTEMS: Readonly<Record<string, string>> = {
  'Patient.gender': ADMINISTRATIVE_GENDER,
  'Practitioner.gender': ADMINISTRATIVE_GENDER,
  'Observation.status': 'http://hl7.org/fhir/observation-status',
  'Encounter.status': 'http://hl7.org/fhir/encounter-status',
  'MedicationRequest.status': 'http://hl7.org/fhir/CodeSystem/medicationrequest-status',
};
