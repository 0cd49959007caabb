/** What other modules may import of this one, as #modules/decision-support. */
export { checkOrder } from './check-order.ts';
export type { CheckInput, CheckResult, DrugIssue, IssueKind, NotChecked, Severity } from './check-result.ts';
export { toDetectedIssue } from './detected-issue.ts';
export { ingredientsOf } from './ingredients-of.ts';
export { DRUG_ISSUE, OVERRIDE_REASON } from './names.ts';
