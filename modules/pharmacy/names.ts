const BASE = 'https://athanor.health/fhir';

/** Canonical of an extension or profile of the clinic, by the last part of it. */
export function extensionUrl(name: string): string {
  return `${BASE}/StructureDefinition/${name}`;
}

/** System of identifiers of the clinic's own. */
export function identifierSystem(name: string): string {
  return `${BASE}/${name}`;
}

/** Url of one of the clinic's code systems. */
export function codeSystem(name: string): string {
  return `${BASE}/CodeSystem/${name}`;
}

/** What a Basic of the pharmacy is. */
export const RECORD_SYSTEM = codeSystem('pharmacy-record');
/** What somebody in the pharmacy has to do, or what was found. */
export const TASK_SYSTEM = codeSystem('pharmacy-task');
