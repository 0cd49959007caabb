import type { JsonObject } from '../../../server/kernel/json.ts';

export interface SystemHeader {
  readonly url: string;
  readonly version: string;
  readonly name: string;
  readonly title: string;
  readonly publisher: string;
  readonly copyright?: string;
  readonly isCaseSensitive?: boolean;
  /** Canonical of the value set of all codes. */
  readonly valueSet?: string;
  readonly isHierarchy?: boolean;
}

/** A CodeSystem resource without concepts. https://hl7.org/fhir/R4/codesystem.html */
export function systemHeader(system: SystemHeader): JsonObject {
  const { url, version, name, title, publisher, copyright, valueSet } = system;
  return {
    resourceType: 'CodeSystem',
    url,
    version,
    name,
    title,
    status: 'active',
    publisher,
    ...(copyright === undefined ? {} : { copyright }),
    caseSensitive: system.isCaseSensitive ?? true,
    ...(valueSet === undefined ? {} : { valueSet }),
    ...(system.isHierarchy === true ? { hierarchyMeaning: 'is-a' } : {}),
    content: 'complete',
  };
}
