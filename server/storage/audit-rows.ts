import { auditPages, packPages } from './audit-pages.ts';
import type { Queryable } from './db.ts';

/** One event as it is stored. What is absent is the empty text. */
export interface AuditRow {
  /** Milliseconds; the time in `id`. */
  readonly recorded: number;
  /** UUIDv7. */
  readonly id: string;
  /** What kind of event, see server/audit/kinds.ts. */
  readonly kind: string;
  readonly action: string;
  /** https://hl7.org/fhir/R4/valueset-audit-event-outcome.html */
  readonly outcome: number;
  /** HTTP status; 0 outside of HTTP. */
  readonly status: number;
  readonly interaction: string;
  readonly type: string;
  readonly resourceId: string;
  /** 0: no version. */
  readonly version: number;
  /** `Practitioner/1`, `client/ID`, `account/ID`, `server`, `anonymous`. */
  readonly agent: string;
  /** JSON: who it was, in all detail. */
  readonly who: string;
  readonly ip: string;
  readonly requestId: string;
  /** `Patient/id` of those concerned. */
  readonly patients: readonly string[];
  /** `Type/id` of what was returned, separated by blanks. */
  readonly found: string;
  /** JSON of what may have to be erased: query, texts, a client's own event. */
  readonly detail: string;
}

/** Rows that are stored together. */
export type AuditRows = readonly AuditRow[];

const INSERT = 'insert into audit_page (tenant, recorded, id, keys, events, details)';

/**
 * `insert into audit_page …` with the tenant in `$1` and packed pages in `$place`.
 * @param gate SQL condition over the statement's CTEs, or an empty string
 */
export function auditInsertSql(place: number, gate: string): string {
  return (
    `${INSERT} ` +
    `select $1, f[1]::bigint, f[2]::uuid, f[3]::integer[], f[4], string_to_array(f[5], chr(30), '') ` +
    // Without "offset 0" the text would be taken apart once for each column.
    `from (select string_to_array(p, chr(28), '') as f from unnest(string_to_array($${place}, chr(29))) p offset 0) u` +
    (gate === '' ? '' : ` where ${gate}`)
  );
}

/** Values of so many pages are bound one by one: to take pages apart costs the database a fifth of storing them. */
const MOST_BOUND = 16;

const boundTexts: string[] = [];

/** Of `count` pages, whose values stand behind the tenant. */
function boundInsert(count: number): string {
  return (boundTexts[count] ??= `${INSERT} values ${Array.from({ length: count }, (_, page) => {
    const [recorded, id, keys, events, details] = Array.from(
      { length: 5 },
      (_value, part) => `$${page * 5 + part + 2}`,
    );
    return `($1, ${recorded}, ${id}, ${keys}, ${events}, string_to_array(nullif(${details}, ''), chr(30), ''))`;
  }).join(', ')}`);
}

/** Rows that no other statement stores. */
export async function storeAuditRows(db: Queryable, tenant: number, rows: AuditRows): Promise<void> {
  const pages = auditPages(tenant, rows);
  const count = pages.length;
  if (count === 0) return;
  await db.query(
    count <= MOST_BOUND
      ? {
          name: count === 1 ? 'audit_page' : `audit_page_${count}`,
          text: boundInsert(count),
          values: [tenant, ...pages.flat()],
        }
      : { name: 'audit_pages', text: auditInsertSql(2, ''), values: [tenant, packPages(pages)] },
  );
}

/** Erases the details of events; everything else of an event can never be changed. */
export async function clearAuditDetails(
  tx: Queryable,
  tenant: number,
  events: readonly { readonly page: number; readonly pageId: string; readonly id: string }[],
): Promise<void> {
  await tx.query({
    text:
      'with gone as materialized (select * from unnest($2::bigint[], $3::uuid[], $4::uuid[]) g(page, page_id, id)) ' +
      'update audit_page p set details = array(select case when e.id in (select id from gone) then null else e.detail end ' +
      'from audit_events(p.events, p.details) e order by e.place) from (select distinct page, page_id from gone) g ' +
      'where p.tenant = $1 and p.recorded = g.page and p.id = g.page_id',
    values: [tenant, events.map(({ page }) => page), events.map(({ pageId }) => pageId), events.map(({ id }) => id)],
  });
}
