import type { ResourceOf } from '#sdk';

export type IssueKind = 'interaction' | 'allergy' | 'duplicate' | 'dose' | 'condition' | 'pregnancy' | 'renal' | 'age';

/** From the gravest to the least; only `contraindicated` refuses the activation of an order. */
export const SEVERITIES = ['contraindicated', 'major', 'moderate', 'minor'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Something that is known against an order, with where it is known from. */
export interface DrugIssue {
  /** Stable for the same fact about the same drugs: id of the rule and the ingredients, sorted (`ssri-maoi:phenelzine+sertraline`). */
  readonly key: string;
  readonly kind: IssueKind;
  readonly severity: Severity;
  /** One line. */
  readonly title: string;
  /** What happens, and why. */
  readonly text: string;
  /** What can be done. */
  readonly management: string;
  /** Where the fact is from. */
  readonly citation: string;
  /** Code of CodeSystem/review-status: who has looked at the fact. */
  readonly reviewStatus: string;
  /** `MedicationRequest/1`, `AllergyIntolerance/2`, …: the order first, where it is stored. */
  readonly implicated: readonly string[];
}

/** An input that could not be used: what would be said of it is not known. */
export interface NotChecked {
  /** Code of CodeSystem/not-checked. */
  readonly code: string;
  /** What it is about: a reference, or the name of the drug as it was given. */
  readonly subject: string;
  readonly text: string;
}

/** No issue is no all-clear: `notChecked` says what was not looked at. */
export interface CheckResult {
  readonly issues: readonly DrugIssue[];
  readonly notChecked: readonly NotChecked[];
  /** Version of the knowledge, with the number of site rules: `1.0.0+2`. */
  readonly knowledge: string;
}

export interface CheckInput {
  readonly order: ResourceOf<'MedicationRequest'>;
  /** Orders that are written or selected together with it. */
  readonly also?: readonly ResourceOf<'MedicationRequest'>[];
  /** Default: now. */
  readonly at?: Date;
}
