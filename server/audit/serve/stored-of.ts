import type { AuditRow } from '../../storage/audit-rows.ts';
import type { StoredAudit } from '../../storage/audit-read.ts';

const orNull = (text: string): string | null => (text === '' ? null : text);

/** A row as it will be read again. */
export function storedOf(tenant: number, row: AuditRow): StoredAudit {
  return {
    ...row,
    tenant,
    action: orNull(row.action),
    interaction: orNull(row.interaction),
    type: orNull(row.type),
    resourceId: orNull(row.resourceId),
    ip: orNull(row.ip),
    requestId: orNull(row.requestId),
    patients: row.patients.length > 0 ? row.patients : null,
    found: orNull(row.found),
    detail: orNull(row.detail),
    page: row.recorded,
    pageId: row.id,
  };
}
