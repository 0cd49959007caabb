import { eraseAuditDetails } from '../audit/erase-details.ts';
import type { Audit } from '../audit/open-audit.ts';
import { auditOperations } from '../audit/operations/audit-operations.ts';
import { whoDetailOf } from '../audit/who.ts';
import { forgetPatient } from '../auth/forget-patient.ts';
import { eraseRuns } from '../bots/erase-runs.ts';
import { eraseFiles } from '../bulk/erase-files.ts';
import { eraseOperation, type Eraser } from '../fhir/operations/erase.ts';
import { exportRecordOperation } from '../fhir/operations/export-record.ts';
import type { Operation } from '../fhir/operations/operation.ts';
import { eraseMessages } from '../gateway/erase-messages.ts';
import type { GatewayLink } from '../gateway/gateway-link.ts';
import { eraseWorks } from '../jobs/async/erase-works.ts';
import type { Config } from './config.ts';
import type { OpenEngine } from './open-engine.ts';

/** Operations of the rights that patients have about their data, and reports of who saw them. */
export function privacyOperations(
  config: Config,
  { protection }: OpenEngine,
  { audit, gateway }: { readonly audit: Audit | undefined; readonly gateway: GatewayLink | undefined },
  now: () => number,
): readonly Operation[] {
  const reports = audit === undefined ? [] : auditOperations(audit.log);
  if (protection === undefined) return reports;
  const { signer } = protection;
  const eraseAudit: Eraser = async (tx, { tenant, id, words, by }) => ({
    'audit details': await eraseAuditDetails(tx, {
      tenant,
      patient: `Patient/${id}`,
      words: words.all,
      who: whoDetailOf(by),
      now: now(),
    }),
  });
  return [
    ...reports,
    exportRecordOperation(signer),
    eraseOperation({
      signer,
      pseudonym: (text) => protection.pseudonym(text),
      retentionYears: config.retentionYears,
      keysChecked: () => protection.checkedEverywhere(),
      // The gateway last: what it erases does not come back when another part refuses.
      erasers: [
        eraseAudit,
        forgetPatient,
        eraseWorks,
        eraseRuns,
        eraseFiles,
        ...(gateway ? [eraseMessages(gateway)] : []),
      ],
    }),
  ];
}
