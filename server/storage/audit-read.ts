import { auditKey, PAGE_SPAN } from './audit-pages.ts';
import type { Queryable } from './db.ts';

/** A stored event; what is absent is null. See AuditRow. */
export interface StoredAudit {
  readonly tenant: number;
  readonly recorded: number;
  readonly id: string;
  readonly kind: string;
  readonly action: string | null;
  readonly outcome: number;
  readonly status: number;
  readonly interaction: string | null;
  readonly type: string | null;
  readonly resourceId: string | null;
  readonly version: number;
  readonly agent: string;
  readonly who: string;
  readonly ip: string | null;
  readonly requestId: string | null;
  /** `Patient/id` of those concerned. */
  readonly patients: readonly string[] | null;
  readonly found: string | null;
  readonly detail: string | null;
  /** Time and id of the page that it stands in. */
  readonly page: number;
  readonly pageId: string;
}

const COLUMNS =
  'e.recorded, e.id, e.kind, e.action, e.outcome, e.status, e.interaction, e.type, e.resource_id as "resourceId", e.version, ' +
  'e.agent, e.who, e.ip, e.request_id as "requestId", e.patients, e.found, e.detail';

/** Conditions on events, with the values of their parameters: `$n` of a text is the n-th value. */
export interface AuditConditions {
  readonly tenant: number;
  readonly texts: readonly string[];
  readonly values: readonly unknown[];
  /** Of each list, the events' pages have one of the keys. */
  readonly keys: readonly (readonly number[])[];
  /** Of each list, their texts have one; see fieldsText. */
  readonly parts: readonly (readonly string[])[];
  /** The events are recorded from then on, and before; ms. */
  readonly since: number;
  readonly until: number;
}

/** Behind every time, ms. */
export const MAX_TIME = 2 ** 52;

/** Where a page ended. */
export interface AuditPosition {
  readonly recorded: number;
  readonly id: string;
}

/** Collects conditions that must all hold. */
export interface ConditionList extends AuditConditions {
  /** @param text SQL over the columns of audit_event; `place(value)` gives the parameter of a value */
  add(text: (place: (value: unknown) => string) => string): void;
  /** That the page has one of what auditKey knows: by this events are found. What is asked of the event is to be added. */
  about(references: readonly string[]): void;
  /** That the page's text has one of the parts: what has none need not be taken apart. What is asked of the event is to be added. */
  holding(parts: readonly string[]): void;
  /** That the event was recorded from `low` on and before `high`, ms. */
  within(low: number, high: number): void;
  /** That the event comes behind the position, newest first. */
  behind(position: AuditPosition): void;
}

export function auditConditions(tenant: number): ConditionList {
  const texts: string[] = [];
  const values: unknown[] = [tenant];
  const keys: number[][] = [];
  const parts: (readonly string[])[] = [];
  const place = (value: unknown): string => `$${values.push(value)}`;
  let [since, until] = [0, MAX_TIME];
  return {
    tenant,
    texts,
    values,
    keys,
    parts,
    get since() {
      return since;
    },
    get until() {
      return until;
    },
    add: (text) => void texts.push(text(place)),
    about: (references) => void keys.push(references.map((reference) => auditKey(tenant, reference))),
    holding: (list) => void parts.push(list),
    within(low, high) {
      texts.push(`recorded >= ${place(low)}::bigint and recorded < ${place(high)}::bigint`);
      [since, until] = [Math.max(since, low), Math.min(until, high)];
    },
    behind({ recorded, id }) {
      texts.push(`(recorded, id) < (${place(recorded)}::bigint, ${place(id)}::uuid)`);
      until = Math.min(until, recorded + 1);
    },
  };
}

/** Pages that are taken apart at first, and at most, in one statement. */
const FIRST_PAGES = 32;
const MOST_PAGES = 4096;

/** An event or, without one, a page. */
type Found = (StoredAudit | { readonly page: number; readonly pageId: string; readonly id: null }) & {
  /** How many pages the statement took apart. */
  readonly pages: number;
};

/**
 * Events, newest first. Pages are taken apart from the newest on, more with every statement, until no page that is left
 * can have an event that comes before those that were found.
 */
export async function readAudit(
  db: Queryable,
  conditions: AuditConditions,
  limit: number,
): Promise<readonly StoredAudit[]> {
  const found: StoredAudit[] = [];
  let before: Place = { page: conditions.until + PAGE_SPAN, pageId: LEAST_ID };
  for (let size = FIRST_PAGES; ; size = Math.min(size * 4, MOST_PAGES)) {
    const rows = await db.query<Found>(pagesStatement(conditions, before, size));
    const last = rows.at(-1);
    for (const row of rows) if (row.id !== null) found.push({ ...row, tenant: conditions.tenant });
    found.sort(newestFirst);
    const end = found[limit - 1];
    if (last === undefined || last.pages < size || (end !== undefined && end.recorded > last.page)) {
      return found.slice(0, limit);
    }
    before = last;
  }
}

interface Place {
  readonly page: number;
  readonly pageId: string;
}

const LEAST_ID = '00000000-0000-0000-0000-000000000000';

function newestFirst(a: StoredAudit, b: StoredAudit): number {
  return b.recorded - a.recorded || (a.id < b.id ? 1 : -1);
}

/** The events of some pages; of the last page there is a row even when none of its events is asked for. */
function pagesStatement(
  { texts, values, keys, parts, since }: AuditConditions,
  { page, pageId }: Place,
  size: number,
): { text: string; values: unknown[] } {
  const all: unknown[] = [...values, page, pageId, since, ...keys];
  const next = values.length + 1;
  const place = (value: string): string => `$${all.push(value)}::text`;
  const hasParts = parts
    .map((list) => ` and (${list.map((part) => `strpos(events, ${place(part)}) > 0`).join(' or ')})`)
    .join('');
  const hasKeys = keys.map((_keys, index) => ` and keys && $${next + 3 + index}::integer[]`).join('');
  const text =
    `with pages as materialized (select recorded, id, events, details from audit_page where tenant = $1 ` +
    `and recorded <= $${next} and (recorded, id) < ($${next}::bigint, $${next + 1}::uuid) and recorded >= $${next + 2}${hasKeys}${hasParts} ` +
    `order by recorded desc, id desc limit ${size}) ` +
    `select (select count(*) from pages) as pages, p.recorded as page, p.id as "pageId", e.* from pages p left join lateral (select ${COLUMNS} ` +
    `from audit_events(p.events, p.details) e${texts.length === 0 ? '' : ` where ${texts.join(' and ')}`}) e on true ` +
    `where e.id is not null or (p.recorded, p.id) = (select recorded, id from pages order by recorded, id limit 1) ` +
    `order by p.recorded desc, p.id desc`;
  return { text, values: all };
}

/** The milliseconds in a UUIDv7; undefined of another text. Events are partitioned by them. */
export function timeOfId(id: string): number | undefined {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)
    ? parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
    : undefined;
}

/** A page as the chain sees it. */
export interface StoredPage {
  readonly tenant: number;
  readonly recorded: number;
  readonly id: string;
  readonly tx: number;
  /** As PostgreSQL writes an array. */
  readonly keys: string;
  readonly events: string;
}

const PAGE_COLUMNS = 'tenant, recorded, id, tx, keys::text as keys, events';

/** Pages behind the position of a chain, oldest transaction first, of those that no transaction can still precede. */
export async function readUnlinked(
  db: Queryable,
  after: { readonly tx: number; readonly id: string },
  base: number,
  limit: number,
): Promise<readonly StoredPage[]> {
  return db.query<StoredPage>({
    name: 'audit_unlinked',
    text:
      `select ${PAGE_COLUMNS} from audit_page where tx >= $1 and (tx > $1 or id > $2::uuid) ` +
      `and tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint + $3::bigint order by tx, id limit $4::integer`,
    values: [after.tx, after.id, base, limit],
  });
}

/** A page and the details of its events, by place; null: none has one. */
export interface ChainedPage extends StoredPage {
  readonly details: readonly (string | null)[] | null;
}

/** Pages of all tenants between two places of the chain, the first excluded and the last included, in its order. */
export async function readChained(
  db: Queryable,
  after: { readonly tx: number; readonly id: string },
  upTo: { readonly tx: number; readonly id: string },
): Promise<readonly ChainedPage[]> {
  return db.query<ChainedPage>({
    text:
      `select ${PAGE_COLUMNS}, details from audit_page where tx >= $1 and (tx > $1 or id > $2::uuid) ` +
      `and tx <= $3 and (tx < $3 or id <= $4::uuid) order by tx, id`,
    values: [after.tx, after.id, upTo.tx, upTo.id],
  });
}
