import { auditConditions, readAudit, type AuditPosition, type StoredAudit } from '../storage/audit-read.ts';
import { clearAuditDetails, storeAuditRows } from '../storage/audit-rows.ts';
import type { Queryable } from '../storage/db.ts';
import { rowOfLogged } from './audit-log.ts';
import type { WhoDetail } from './who.ts';

export interface DetailErasure {
  readonly tenant: number;
  /** `Patient/id` */
  readonly patient: string;
  /** Names and identifiers of the patient: details of other events of which one is a value are erased too. */
  readonly words: readonly string[];
  readonly who: WhoDetail;
  /** Milliseconds. */
  readonly now: number;
}

const PAGE = 500;

/**
 * Erases the details (queries, texts, events that clients sent) of events about a patient, in the transaction of the
 * erasure. The events stay, and the chain is verified with the hashes of what is gone; the erasure is an event itself, by
 * which verification knows that it was no tampering.
 * @returns how many events lost their detail
 */
export async function eraseAuditDetails(tx: Queryable, erasure: DetailErasure): Promise<number> {
  const { tenant, patient, words, who, now } = erasure;
  const patterns = words.filter((word) => word.trim().length > 1).flatMap(patternsOf);
  let total = 0;
  for (let after: AuditPosition | undefined; ;) {
    const rows = await withDetail(tx, tenant, patient, patterns, after);
    const last = rows.at(-1);
    if (last === undefined) return total;
    const erased = rows.map(({ id }) => id);
    await clearAuditDetails(tx, tenant, rows);
    const event = {
      kind: 'erasure',
      interaction: 'audit-details-erased',
      outcome: 'success',
      action: 'D',
      tenant,
      who,
      patients: [patient],
      erased,
    } as const;
    await storeAuditRows(tx, tenant, [rowOfLogged(event, now)]);
    total += rows.length;
    after = last;
  }
}

async function withDetail(
  tx: Queryable,
  tenant: number,
  patient: string,
  patterns: readonly string[],
  after: AuditPosition | undefined,
): Promise<readonly StoredAudit[]> {
  const conditions = auditConditions(tenant);
  conditions.add((place) => {
    const reference = place(patient);
    const isAbout = `patients @> array[${reference}::text]`;
    return `detail is not null and kind <> 'erasure' and (${isAbout} or detail ~* any(${place(patterns)}::text[]))`;
  });
  if (after !== undefined) conditions.behind(after);
  return readAudit(tx, conditions, PAGE);
}

/** Queries are stored as they were sent: a word may stand in them as it is, or percent-encoded, with + for a blank. */
function formsOf(word: string): readonly string[] {
  const encoded = encodeURIComponent(word);
  return [...new Set([word, encoded, encoded.replaceAll('%20', '+'), JSON.stringify(word).slice(1, -1)])];
}

/** As a whole value: no part of a longer word or number, of an address or a URL ("Org" in `http://loinc.org`, 2024 in a date). */
function patternsOf(word: string): readonly string[] {
  const before = '(^|[^[:alnum:]_.%/-]|%20|%22|%2[cC]|%7[cC])';
  const behind = '($|[^[:alnum:]_./|-]|[.]($|[^[:alnum:]]))';
  return formsOf(word).map((form) => before + form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') + behind);
}
