import type { Operation } from '../../fhir/operations/operation.ts';
import type { AuditLog } from '../audit-log.ts';
import { accessReport } from './access-report.ts';
import { accountingOfDisclosures } from './accounting-of-disclosures.ts';
import { breakGlassReview } from './break-glass-review.ts';
import { breakGlassSignOff } from './break-glass-sign-off.ts';
import { recordDisclosure } from './record-disclosure.ts';
import { userActivity } from './user-activity.ts';

/** Reports of the audit trail, and what is recorded in it by hand. */
export function auditOperations(log: AuditLog): readonly Operation[] {
  return [
    accessReport,
    accountingOfDisclosures,
    recordDisclosure(log),
    userActivity,
    breakGlassReview,
    breakGlassSignOff(log),
  ];
}
