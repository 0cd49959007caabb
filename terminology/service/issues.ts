import {
  fault,
  type Fault,
  type FaultOptions,
  type Issue,
  type IssueSeverity,
  type IssueType,
} from '../../server/kernel/fault.ts';

const TX_ISSUE = 'http://hl7.org/fhir/tools/CodeSystem/tx-issue-type';

/** https://build.fhir.org/ig/FHIR/fhir-tools-ig/CodeSystem-tx-issue-type.html */
export type TxIssueType =
  | 'not-found'
  | 'not-in-vs'
  | 'this-code-not-in-vs'
  | 'invalid-code'
  | 'invalid-data'
  | 'invalid-display'
  | 'display-comment'
  | 'cannot-infer'
  | 'code-rule'
  | 'code-comment'
  | 'vs-invalid'
  | 'status-check'
  | 'version-error';

export function txIssue(
  severity: IssueSeverity,
  code: IssueType,
  kind: TxIssueType,
  text: string,
  expression?: string,
): Issue {
  return {
    severity,
    code,
    coding: { system: TX_ISSUE, code: kind },
    text,
    ...(expression === undefined ? {} : { expression: [expression] }),
  };
}

/** Options of a fault whose issue is of this kind. */
export function ofKind(kind: TxIssueType): FaultOptions {
  return { coding: { system: TX_ISSUE, code: kind } };
}

export function valueSetNotFound(canonical: string): Fault {
  const text = `A definition for the value Set '${canonical}' could not be found`;
  return fault('terminology.valueSet', 404, 'not-found', text, undefined, ofKind('not-found'));
}

/** @param held versions that are held, newest first; empty: none */
export function unknownSystemText(
  url: string,
  version: string | undefined,
  held: readonly string[],
  purpose: string,
): string {
  if (version === undefined) return `A definition for CodeSystem '${url}' could not be found, so the ${purpose}`;
  const known =
    held.length === 0 ? 'No versions of this code system are known' : `Valid versions: ${listed([...held].sort())}`;
  return `A definition for CodeSystem '${url}' version '${version}' could not be found, so the ${purpose}. ${known}`;
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1) ?? ''}`;
}

export function versionCheckText(url: string, version: string | undefined, required: string): string {
  return `The version '${version ?? ''}' is not allowed for system '${url}': required to be '${required}' by a version-check parameter`;
}
