import type { AnyResource } from './resource.ts';

/** A value that an expression selected. */
export interface FhirPathValue {
  /** `HumanName`, `string`, `Patient`, `System.Integer`, … */
  readonly type: string;
  /** As in JSON: an element as an object, a decimal as the text of its digits. */
  readonly value: unknown;
}

/** What expressions are evaluated on, and what variables hold. */
export type FhirPathOperand = AnyResource | FhirPathValue | string;

/**
 * Evaluates FHIRPath (https://hl7.org/fhirpath/N1); `%resource` is the resource in which `on` stands.
 * @param on a resource, or a value that another expression selected
 * @param variables by their names without `%`
 * @throws Fault 422 for what is no FHIRPath, does not fit the data or costs too much
 */
export type EvaluateFhirPath = (
  expression: string,
  on: AnyResource | FhirPathValue,
  variables?: Readonly<Record<string, FhirPathOperand | readonly FhirPathOperand[]>>,
) => readonly FhirPathValue[];
