import type { Issue } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';

/** Issues within an answer. https://hl7.org/fhir/R4/operationoutcome.html */
export function outcomeJson(issues: readonly Issue[]): JsonObject {
  return {
    resourceType: 'OperationOutcome',
    issue: issues.map(({ severity, code, coding, text, expression }): JsonObject => ({
      severity,
      code,
      details: { ...(coding === undefined ? {} : { coding: [{ ...coding }] }), text },
      // Validators of R4 and before read `location`.
      ...(expression === undefined ? {} : { location: [...expression], expression: [...expression] }),
    })),
  };
}
