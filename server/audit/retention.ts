import { auditMonths, dropAuditLinks, dropAuditMonth, lastLinkBefore, linkAt } from '../storage/audit-chain.ts';
import { PAGE_SPAN } from '../storage/audit-pages.ts';
import { auditConditions, readAudit } from '../storage/audit-read.ts';
import type { Queryable } from '../storage/db.ts';
import type { HeadFolder } from './chain/head-folder.ts';
import type { HeadKey } from './chain/head-keys.ts';
import { keepHead } from './chain/heads.ts';
import { GENESIS } from './chain/link.ts';

/** A patient whose record must be kept. */
export interface Hold {
  readonly tenant: number;
  /** `Patient/id` */
  readonly patient: string;
}

export interface RetentionOptions {
  readonly db: Queryable;
  readonly key: HeadKey;
  readonly folder: HeadFolder;
  /** Years that events are kept. */
  readonly years: number;
  /** Milliseconds. */
  readonly now: number;
  holds(): Promise<readonly Hold[]>;
}

/**
 * Drops whole months that are older than events are kept, oldest first, up to the first one with an event about a patient
 * under legal hold. What was dropped is stated in a signed head, from which on the chain is verified then.
 * @returns the months, as `2026-11-01`
 */
export async function applyRetention(options: RetentionOptions): Promise<readonly string[]> {
  const { db, now, years } = options;
  const oldest = new Date(now);
  oldest.setUTCFullYear(oldest.getUTCFullYear() - years);
  const keepFrom = Date.UTC(oldest.getUTCFullYear(), oldest.getUTCMonth());
  const due: string[] = [];
  const holds = await options.holds();
  for (const month of await auditMonths(db)) {
    if (startOf(month) >= keepFrom || (await isHeld(db, holds, month))) break;
    due.push(month);
  }
  const last = due.at(-1);
  if (last === undefined) return [];
  const cut = endOf(last);
  const seq = await lastLinkBefore(db, cut);
  const { hash } = (await linkAt(db, seq)) ?? GENESIS;
  // Stated before it is done: what is stated and still there is no finding.
  await keepHead(db, options.key, options.folder, { seq, at: now, hash, cut });
  for (const month of due) await dropAuditMonth(db, month);
  await dropAuditLinks(db, seq);
  return due;
}

async function isHeld(db: Queryable, holds: readonly Hold[], month: string): Promise<boolean> {
  for (const { tenant, patient } of holds) {
    const conditions = auditConditions(tenant);
    // A page goes with the month in which its latest event was recorded.
    conditions.within(startOf(month) - PAGE_SPAN, endOf(month));
    conditions.about([patient]);
    conditions.add((place) => `patients @> array[${place(patient)}::text]`);
    if ((await readAudit(db, conditions, 1)).length > 0) return true;
  }
  return false;
}

function startOf(month: string): number {
  return Date.parse(`${month}T00:00:00Z`);
}

function endOf(month: string): number {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return Date.UTC(year, number);
}
