import type { Fault, Issue } from '../kernel/fault.ts';
import type { JsonObject } from '../kernel/json.ts';

const LINE = 'http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line';
const COLUMN = 'http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col';

const FAULT = 'https://athanor.health/fhir/CodeSystem/fault';

const ALL_OK: Issue = { severity: 'information', code: 'informational', text: 'All OK' };

/** Issues as an OperationOutcome, which must have one at least. https://hl7.org/fhir/R4/operationoutcome.html */
export function outcomeOf(issues: readonly Issue[]): JsonObject {
  return { resourceType: 'OperationOutcome', issue: (issues.length === 0 ? [ALL_OK] : issues).map(issueOf) };
}

/** The outcome of a fault; its code (server/docs/errors.md) is in `details.coding` of every issue that has no other. */
export function outcomeOfFault({ code, issues }: Fault): JsonObject {
  return outcomeOf(issues.map((issue) => ({ coding: { system: FAULT, code }, ...issue })));
}

function issueOf({ severity, code, text, coding, expression, line, column }: Issue): JsonObject {
  const extension: JsonObject[] = [];
  if (line !== undefined) extension.push({ url: LINE, valueInteger: line });
  if (column !== undefined) extension.push({ url: COLUMN, valueInteger: column });
  return {
    ...(extension.length === 0 ? {} : { extension }),
    severity,
    code,
    details: { ...(coding === undefined ? {} : { coding: [{ ...coding }] }), text: printable(text) },
    ...(expression === undefined || expression.length === 0 ? {} : { expression: expression.map(printable) }),
  };
}

/** A text may quote from the request what neither a FHIR string nor XML may hold. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '\ufffd');
}
