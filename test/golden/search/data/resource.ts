/** A FHIR resource as plain JSON. */
export interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly [property: string]: unknown;
}

/** Base URL under which some references of the corpus are absolute; the server under test must have it as its own. */
export const OWN_BASE = 'http://localhost:8080/fhir/R4';

export const UCUM = 'http://unitsofmeasure.org';
export const LOINC = 'http://loinc.org';
export const SNOMED = 'http://snomed.info/sct';
export const MRN = 'http://clinic.example/mrn';

export function reference(resource: Resource): { readonly reference: string } {
  return { reference: `${resource.resourceType}/${resource.id}` };
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

export function quantity(value: number, code: string, unit = code): object {
  return { value, unit, system: UCUM, code };
}
