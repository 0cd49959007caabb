import type { Queryable } from '../storage/db.ts';
import type { BreakGlass } from './principal.ts';

export interface OpenedGlass extends BreakGlass {
  readonly id: string;
  readonly account: string;
  /** Milliseconds. */
  readonly opened: number;
}

/** How long a patient's data stay open. */
export const GLASS_MINUTES = 30;

/** What was opened and has not run out. An account has one patient open at a time: the latest counts. */
export async function readOpenGlass(
  db: Queryable,
  tenant: number,
  now: number,
): Promise<ReadonlyMap<string, BreakGlass>> {
  const rows = await db.query<OpenedGlass>({
    text: 'select account, patient, reason, until from break_glass where tenant = $1 and until > $2 order by opened, id',
    values: [tenant, now],
  });
  return new Map(rows.map(({ account, patient, reason, until }) => [account, { patient, reason, until }]));
}

/** To be called in a transaction that announces that policies changed. */
export async function openGlass(tx: Queryable, tenant: number, glass: OpenedGlass): Promise<void> {
  const { id, account, patient, reason, opened, until } = glass;
  await tx.query({
    text: 'insert into break_glass (tenant, id, account, patient, reason, opened, until) values ($1, $2, $3, $4, $5, $6, $7)',
    values: [tenant, id, account, patient, reason, opened, until],
  });
}

/** What was opened of patients who are erased, with the reasons. Returns how often. */
export async function forgetGlass(tx: Queryable, tenant: number, patient: string): Promise<number> {
  const rows = await tx.query({
    text: 'delete from break_glass where tenant = $1 and patient = $2 returning id',
    values: [tenant, patient],
  });
  return rows.length;
}
