import type { Concept, ConceptProperty, Designation } from '../code-system.ts';

const NO_DESIGNATIONS: readonly Designation[] = [];
const NO_PROPERTIES: readonly ConceptProperty[] = [];

/** An active concept that may be chosen. */
export function concept(
  code: string,
  display: string | undefined,
  properties: readonly ConceptProperty[] = NO_PROPERTIES,
  designations: readonly Designation[] = NO_DESIGNATIONS,
): Concept {
  return {
    code,
    ...(display === undefined ? {} : { display }),
    isInactive: false,
    isAbstract: false,
    designations,
    properties,
  };
}

export function codeProperty(code: string, value: string): ConceptProperty {
  return { code, type: 'valueCode', value };
}

export function textProperty(code: string, value: string): ConceptProperty {
  return { code, type: 'valueString', value };
}
