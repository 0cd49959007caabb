import { createHash } from 'node:crypto';
import type { StoredAudit } from '../../storage/audit-read.ts';

/** What the first link follows. */
export const GENESIS = { seq: 0, tx: 0, id: '00000000-0000-0000-0000-000000000000', hash: Buffer.alloc(32) } as const;

/** The detail is in the chain by its hash alone, so that it can be erased. */
export function detailHashOf({ detail }: StoredAudit): Buffer | null {
  return detail === null ? null : createHash('sha256').update(detail).digest();
}

/** SHA-256 over the hash before and everything of the event but its detail. */
export function linkHash(before: Buffer, event: StoredAudit, detailHash: Buffer | null): Buffer {
  return createHash('sha256').update(before).update(canonical(event, detailHash)).digest();
}

function canonical(event: StoredAudit, detailHash: Buffer | null): string {
  return JSON.stringify([
    event.tenant,
    event.recorded,
    event.id,
    event.tx,
    event.kind,
    event.action,
    event.outcome,
    event.status,
    event.interaction,
    event.type,
    event.resourceId,
    event.version,
    event.agent,
    event.who,
    event.ip,
    event.requestId,
    event.patient,
    event.patients,
    event.found,
    detailHash?.toString('hex') ?? null,
  ]);
}
