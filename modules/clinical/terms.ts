/** Names of code systems, and of what this module defines itself. */
export const BASE = 'https://athanor.health/fhir';
export const LOINC = 'http://loinc.org';
export const SNOMED = 'http://snomed.info/sct';
export const UCUM = 'http://unitsofmeasure.org';
/** https://hl7.org/fhir/uv/ips/STU1.1/CodeSystem-absent-unknown-uv-ips.html */
export const ABSENT_UNKNOWN = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips';
/** Codes of Tasks that bots of this module make. */
export const CLINICAL_TASK = `${BASE}/CodeSystem/clinical-task`;
export const NOTE = `${BASE}/StructureDefinition/clinical-note`;
export const VITAL_SIGN = `${BASE}/StructureDefinition/clinical-vital-sign`;

interface Concept {
  readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
}

/** The concept's codes of one system. */
export function codesOf(concept: Concept | undefined, system: string): readonly string[] {
  return (concept?.coding ?? []).flatMap((coding) =>
    coding.system === system && coding.code !== undefined ? [coding.code] : [],
  );
}

export function hasCode(concept: Concept | undefined, system: string, codes: readonly string[]): boolean {
  return codesOf(concept, system).some((code) => codes.includes(code));
}

interface Named extends Concept {
  readonly text?: string;
  readonly coding?: readonly { readonly system?: string; readonly code?: string; readonly display?: string }[];
}

/** What people read: the text, or the first display, or the first code. */
export function conceptText(concept: Named | undefined): string | undefined {
  const codings = concept?.coding ?? [];
  return concept?.text ?? codings.find(({ display }) => display !== undefined)?.display ?? codings[0]?.code;
}
