import type { Ctx } from '../../fhir/engine.ts';
import { fault } from '../../kernel/fault.ts';
import { auditScope } from '../serve/audit-scope.ts';

/**
 * Whether the events about a patient may be seen; without a patient, those about everybody.
 * @throws Fault 403 when not
 */
export function expectScope({ access }: Ctx, patient: string | undefined): void {
  const scope = auditScope(access, 'read');
  if (scope === 'all' || (patient !== undefined && scope.has(patient))) return;
  const whose = patient === undefined ? 'the audit trail' : 'the audit trail of this patient';
  throw fault('access.forbidden', 403, 'forbidden', `You may not see ${whose}.`);
}
