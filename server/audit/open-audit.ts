import type { RequestTrail } from '../fhir/audit-trail.ts';
import type { TypeServer } from '../fhir/type-server.ts';
import type { Queryable } from '../storage/db.ts';
import { createAuditLog, type AuditLog } from './audit-log.ts';
import { AUDIT_EVENT_SERVER } from './serve/audit-event-server.ts';
import { createTrails, type RequestAtDoor } from './trail.ts';
import { createAuditWriter } from './writer.ts';

export interface AuditOptions {
  dbOf(tenant: number): Queryable;
  now(): number;
  /** A query as it may be kept. Default: as it was sent. */
  readonly maskQuery?: (query: string) => string;
  /** Events that could not be stored. */
  onError(error: unknown): void;
}

/** The audit trail of a process. */
export interface Audit {
  openTrail(request: RequestAtDoor): RequestTrail;
  /** For what happens outside of the FHIR interface. */
  readonly log: AuditLog;
  /** Serves AuditEvent. */
  readonly typeServer: TypeServer;
}

export function openAudit({ dbOf, now, maskQuery, onError }: AuditOptions): Audit {
  const writer = createAuditWriter({ dbOf, onError });
  return {
    openTrail: createTrails(writer, now, maskQuery),
    log: createAuditLog(writer, now),
    typeServer: AUDIT_EVENT_SERVER,
  };
}
