const BASE = 'https://athanor.health/fhir';

/** Canonical url of one of the clinic's profiles or extensions. */
export function structure(name: string): string {
  return `${BASE}/StructureDefinition/${name}`;
}

/** Url of one of the clinic's code systems. */
export function codeSystem(name: string): string {
  return `${BASE}/CodeSystem/${name}`;
}

/** System of one of the clinic's identifiers. */
export function identifierSystem(name: string): string {
  return `${BASE}/${name}`;
}

export const UCUM = 'http://unitsofmeasure.org';
/** GTINs in `MedicationKnowledge.code`. */
export const GTIN = 'https://www.gs1.org/gtin';
