/**
 * What a caller can act on. Thrown as {@link Fault}, answered as an OperationOutcome.
 * Codes of issues: https://hl7.org/fhir/R4/valueset-issue-type.html
 */
export type IssueSeverity = 'fatal' | 'error' | 'warning' | 'information';

export type IssueType =
  | 'invalid'
  | 'structure'
  | 'required'
  | 'value'
  | 'invariant'
  | 'security'
  | 'login'
  | 'forbidden'
  | 'suppressed'
  | 'processing'
  | 'not-supported'
  | 'duplicate'
  | 'multiple-matches'
  | 'not-found'
  | 'deleted'
  | 'too-long'
  | 'code-invalid'
  | 'extension'
  | 'too-costly'
  | 'business-rule'
  | 'conflict'
  | 'transient'
  | 'lock-error'
  | 'no-store'
  | 'exception'
  | 'timeout'
  | 'incomplete'
  | 'throttled'
  | 'informational';

export interface Issue {
  readonly severity: IssueSeverity;
  readonly code: IssueType;
  /** What is wrong and what would be accepted. Never contains data of a patient beyond what the caller sent. */
  readonly text: string;
  /** FHIRPath of the element at fault, e.g. `Patient.name[0].given`. */
  readonly expression?: readonly string[];
  /** What kind of issue, for machines: `details.coding`. */
  readonly coding?: { readonly system: string; readonly code: string };
  /** 1-based position in the JSON text, when known. */
  readonly line?: number;
  readonly column?: number;
}

export interface FaultOptions {
  readonly cause?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the single issue that {@link fault} makes. */
  readonly coding?: NonNullable<Issue['coding']>;
}

/** An expected failure: stable code (`rest.versionConflict`), HTTP status, one or more issues. */
export class Fault extends Error {
  readonly code: string;
  readonly status: number;
  readonly issues: readonly Issue[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, status: number, issues: readonly Issue[], options: FaultOptions = {}) {
    super(`${code}: ${issues[0]?.text ?? ''}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.status = status;
    this.issues = issues;
    this.headers = options.headers ?? {};
  }
}

/** A fault with a single issue of severity error. */
export function fault(
  code: string,
  status: number,
  type: IssueType,
  text: string,
  expression?: string | readonly string[],
  options?: FaultOptions,
): Fault {
  const paths = expression === undefined ? undefined : typeof expression === 'string' ? [expression] : expression;
  const issue: Issue = {
    severity: 'error',
    code: type,
    text,
    ...(paths === undefined ? {} : { expression: paths }),
    ...(options?.coding === undefined ? {} : { coding: options.coding }),
  };
  return new Fault(code, status, [issue], options);
}
