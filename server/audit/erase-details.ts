import { auditConditions, readAudit, type AuditPosition, type StoredAudit } from '../storage/audit-read.ts';
import { clearAuditDetails, storeAuditRows } from '../storage/audit-rows.ts';
import type { Queryable } from '../storage/db.ts';
import { rowOfLogged } from './audit-log.ts';
import type { WhoDetail } from './who.ts';

export interface DetailErasure {
  readonly tenant: number;
  /** `Patient/id` */
  readonly patient: string;
  /** Details of other events that contain one of them are erased too. */
  readonly words: {
    /** Names in full, values of identifiers, addresses of contact. */
    readonly telling: readonly string[];
    /** Shared by many, and words of texts: only where one is a whole value, as in `name=Berg`. */
    readonly families: readonly string[];
  };
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
  const patterns: Patterns = {
    telling: words.telling.filter((word) => word.trim().length > 1).flatMap(patternsOf),
    families: words.families.filter((word) => word.trim().length > 1).flatMap(valuePatternsOf),
  };
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
  patterns: Patterns,
  after: AuditPosition | undefined,
): Promise<readonly StoredAudit[]> {
  const conditions = auditConditions(tenant);
  conditions.add((place) => {
    const reference = place(patient);
    const isAbout = `patients @> array[${reference}::text]`;
    return `detail is not null and kind <> 'erasure' and (${isAbout} or detail ilike any(${place(patterns.telling)}::text[]) or detail ~* any(${place(patterns.families)}::text[]))`;
  });
  if (after !== undefined) conditions.behind(after);
  return readAudit(tx, conditions, PAGE);
}

interface Patterns {
  /** Of `ilike`. */
  readonly telling: readonly string[];
  /** Of `~*`. */
  readonly families: readonly string[];
}

/** Queries are stored as they were sent: a word may stand in them as it is, or percent-encoded, with + for a blank. */
function formsOf(word: string): readonly string[] {
  const encoded = encodeURIComponent(word);
  return [...new Set([word, encoded, encoded.replaceAll('%20', '+'), JSON.stringify(word).slice(1, -1)])];
}

function patternsOf(word: string): readonly string[] {
  return formsOf(word).map((form) => `%${form.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`);
}

/** No part of a longer word, an address or a URL. */
function valuePatternsOf(word: string): readonly string[] {
  const behind = '(^|[^[:alnum:]_.%/-]|%20|%22|%2[cC]|%7[cC])';
  return formsOf(word).map((form) => `${behind}${form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}($|[^[:alnum:]_./|-])`);
}
