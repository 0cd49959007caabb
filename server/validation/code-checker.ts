import type { IssueSeverity } from '../kernel/fault.ts';

export interface CodedValue {
  readonly system?: string;
  readonly version?: string;
  readonly code?: string;
  readonly display?: string;
}

/** Whether coded values are what a binding allows. */
export interface CodeQuestion {
  /** Canonical of a value set, with or without version; undefined asks about the codes in their systems alone. */
  readonly valueSet?: string;
  /** One for a Coding, code or Quantity; several for a CodeableConcept, of which one must be in the value set. */
  readonly codings: readonly CodedValue[];
  /** The type `code`: the system is not written, and is that of the value set. */
  readonly impliesSystem: boolean;
}

/** What is wrong with one coding whatever the value set says: unknown code, wrong display, inactive concept. */
export interface CodingProblem {
  /** Place in {@link CodeQuestion.codings}. */
  readonly coding: number;
  readonly about: 'code' | 'display' | 'system' | 'version';
  readonly severity: IssueSeverity;
  readonly text: string;
}

export interface CodeAnswer {
  /** Undefined: nobody here can tell, because a code system or value set is not held. */
  readonly isMember: boolean | undefined;
  readonly problems: readonly CodingProblem[];
  /** What would be accepted, as it follows "Expected is ": `one of male, female, other, unknown`. */
  readonly accepted?: string;
}

/** Terminology as validation asks for it; filled by boot. */
export interface CodeChecker {
  /** The answer when it is at hand; undefined: it must be asked for. */
  known(question: CodeQuestion): CodeAnswer | undefined;
  /** All questions of one resource at once; answers in their order. */
  ask(questions: readonly CodeQuestion[]): Promise<readonly CodeAnswer[]>;
}
