import type { IssueSeverity, IssueType, Issue } from '../../../server/kernel/fault.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { txIssue, type TxIssueType } from '../issues.ts';
import { outcomeJson } from '../outcome-json.ts';
import type { Message } from './messages.ts';

/** An issue of a code, and whether the summary (`message`) says it too. */
export interface Reported {
  readonly issue: Issue;
  readonly messageId: string;
  readonly isInMessage: boolean;
}

export function error(code: IssueType, kind: TxIssueType, message: Message, expression?: string): Reported {
  return note('error', code, kind, message, expression, true);
}

export function note(
  severity: IssueSeverity,
  code: IssueType,
  kind: TxIssueType,
  { id, text }: Message,
  expression: string | undefined,
  isInMessage = false,
): Reported {
  return { issue: txIssue(severity, code, kind, text, expression), messageId: id, isInMessage };
}

/** The texts in the order of the alphabet, each once. */
export function messageOf(reported: readonly Reported[]): string | undefined {
  const texts = new Set(reported.filter(({ isInMessage }) => isInMessage).map(({ issue }) => issue.text));
  return texts.size === 0 ? undefined : [...texts].sort().join('; ');
}

const MESSAGE_ID = 'http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id';

/** The issues as an OperationOutcome, with the ids of their messages. */
export function reportedJson(reported: readonly Reported[]): JsonObject {
  const outcome = outcomeJson(reported.map(({ issue }) => issue));
  const issues = outcome.issue;
  if (!Array.isArray(issues)) return outcome;
  return {
    ...outcome,
    issue: issues.map((issue, index) => ({
      extension: [{ url: MESSAGE_ID, valueString: reported[index]?.messageId }],
      ...(typeof issue === 'object' ? issue : {}),
    })),
  };
}

/** Where a code stands in the request: alone, a Coding, one of a CodeableConcept. */
export interface CodingPlace {
  /** `Coding`, `CodeableConcept.coding[0]`; empty: parameters of their own. */
  readonly path: string;
}

export function elementAt({ path }: CodingPlace, element: 'code' | 'system' | 'version' | 'display'): string {
  return path === '' ? element : `${path}.${element}`;
}

export function wholeOf({ path }: CodingPlace): string {
  return path === '' ? 'code' : path;
}
