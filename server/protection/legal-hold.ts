import type { Queryable } from '../storage/db.ts';

/** A record that must be kept: nothing of it may be erased, and no events about it be dropped. */
export interface LegalHold {
  readonly tenant: number;
  /** `Patient/id` */
  readonly patient: string;
}

/** @param tenant undefined: those of all tenants */
export async function holds(db: Queryable, tenant?: number): Promise<LegalHold[]> {
  return db.query({
    name: 'legal_holds',
    text:
      `select tenant, 'Patient/' || patient as patient from legal_hold ` +
      `where $1::smallint is null or tenant = $1 order by tenant, patient`,
    values: [tenant ?? null],
  });
}

/** @param id of the patient */
export async function isHeld(db: Queryable, tenant: number, id: string): Promise<boolean> {
  const rows = await db.query({
    text: 'select from legal_hold where tenant = $1 and patient = $2',
    values: [tenant, id],
  });
  return rows.length > 0;
}

export async function setHold(
  db: Queryable,
  tenant: number,
  id: string,
  hold: { readonly reason: string; readonly setBy: string; readonly since: number },
): Promise<void> {
  await db.query({
    text:
      `insert into legal_hold (tenant, patient, reason, set_by, since) values ($1, $2, $3, $4, $5) ` +
      `on conflict (tenant, patient) do update set reason = excluded.reason, set_by = excluded.set_by`,
    values: [tenant, id, hold.reason, hold.setBy, hold.since],
  });
}

export async function releaseHold(db: Queryable, tenant: number, id: string): Promise<void> {
  await db.query({ text: 'delete from legal_hold where tenant = $1 and patient = $2', values: [tenant, id] });
}
