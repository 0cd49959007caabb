/** The canonical base of what is Athanor's own. */
export const CANONICAL = 'https://athanor.health/fhir';

export const LOINC = 'http://loinc.org';
export const SNOMED = 'http://snomed.info/sct';
export const IDENTIFIER_TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203';
export const PARTICIPATION_TYPES = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';

export function coreExtension(name: string): string {
  return `http://hl7.org/fhir/StructureDefinition/${name}`;
}

export function ownExtension(name: string): string {
  return `${CANONICAL}/StructureDefinition/${name}`;
}
