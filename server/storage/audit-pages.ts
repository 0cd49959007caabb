import { hash } from 'node:crypto';
import type { AuditRow } from './audit-rows.ts';

/**
 * Events are stored by pages: those that are committed together are one row. A commit, a row and an index entry cost
 * the database more than what an event says.
 */

/** How much earlier than its page's time an event may be recorded, ms; whoever looks for a time looks that much further. */
export const PAGE_SPAN = 1000;
/** Characters. Longer pages would not stay in their row. */
const PAGE_SIZE = 7000;

// What clients send has them taken out (clean), JSON escapes them, and ids, times and codes never have them.
const PAGE_END = '\u001d';
const PART_END = '\u001c';
const EVENT_END = '\u001e';
const FIELD_END = '\u001f';

interface Page {
  /** Of its latest event, ms. */
  recorded: number;
  /** Of its earliest event. */
  since: number;
  /** Of its first event. */
  readonly id: string;
  readonly keys: Set<number>;
  events: string;
  details: string;
  hasDetails: boolean;
}

/** The values of a page, in the order of auditInsertSql: recorded, id, keys, events, details. */
export type PageValues = readonly [string, string, string, string, string];

/** Events as pages. */
export function auditPages(tenant: number, rows: readonly AuditRow[]): readonly PageValues[] {
  const pages: PageValues[] = [];
  let page: Page | undefined;
  for (const row of rows) {
    const text = eventText(row);
    const { recorded } = row;
    if (page === undefined || !fits(page, recorded, text)) {
      if (page !== undefined) pages.push(valuesOf(page));
      page = pageOf(row, text);
    } else {
      page.recorded = Math.max(page.recorded, recorded);
      page.since = Math.min(page.since, recorded);
      page.events += EVENT_END + text;
      page.details += EVENT_END + row.detail;
      page.hasDetails ||= row.detail !== '';
    }
    addKeys(page.keys, tenant, row);
  }
  if (page !== undefined) pages.push(valuesOf(page));
  return pages;
}

/** Pages as one text that the database takes apart: one parameter, however many they are. */
export function packPages(pages: readonly PageValues[]): string {
  return pages.map((values) => values.join(PART_END)).join(PAGE_END);
}

/** What events are found by: who, about whom, and what is rare. */
function addKeys(keys: Set<number>, tenant: number, { agent, patients, kind, interaction, outcome }: AuditRow): void {
  keys.add(auditKey(tenant, agent));
  for (const patient of patients) keys.add(auditKey(tenant, patient));
  if (kind !== 'rest') keys.add(auditKey(tenant, kind));
  if (interaction.startsWith('$')) keys.add(auditKey(tenant, interaction));
  if (outcome !== 0) keys.add(auditKey(tenant, outcomeKey(outcome)));
}

/** By what failures are found. */
export function outcomeKey(outcome: number | string): string {
  return `outcome ${outcome}`;
}

function pageOf({ recorded, id, detail }: AuditRow, events: string): Page {
  return { recorded, since: recorded, id, keys: new Set(), events, details: detail, hasDetails: detail !== '' };
}

function fits({ since, recorded, events }: Page, time: number, text: string): boolean {
  return events.length + text.length < PAGE_SIZE && Math.max(recorded, time) - Math.min(since, time) <= PAGE_SPAN;
}

function valuesOf({ recorded, id, keys, events, details, hasDetails }: Page): PageValues {
  return [String(recorded), id, `{${[...keys].join()}}`, events, hasDetails ? details : ''];
}

/**
 * By what pages are found, as a number (FNV-1a): an agent, a patient, a kind but `rest`, an operation, a failure.
 * Events of others that share it are left out when they are read.
 */
export function auditKey(tenant: number, reference: string): number {
  let key = 0x811c9dc5 ^ tenant;
  for (let index = 0; index < reference.length; index += 1) {
    key = Math.imul(key ^ reference.charCodeAt(index), 0x01000193);
  }
  return key | 0;
}

/** In the order in which the function audit_events takes it apart. What may be erased is there by its hash only. */
function eventText(row: AuditRow): string {
  return (
    `${row.recorded}${FIELD_END}${row.id}${FIELD_END}${row.kind}${FIELD_END}${row.action}${FIELD_END}${row.outcome}${FIELD_END}` +
    `${row.status}${FIELD_END}${clean(row.interaction)}${FIELD_END}${clean(row.type)}${FIELD_END}${clean(row.resourceId)}${FIELD_END}` +
    `${row.version}${FIELD_END}${clean(row.agent)}${FIELD_END}${row.who}${FIELD_END}${row.ip}${FIELD_END}${row.requestId}${FIELD_END}` +
    `${clean(row.patients.join(' '))}${FIELD_END}${clean(row.found)}${FIELD_END}${row.detail === '' ? '' : detailHash(row.detail)}`
  );
}

/** How fields that follow each other stand in a page's text; the last one may be the begin of a field. */
export function fieldsText(fields: readonly string[], isWhole: boolean): string {
  return FIELD_END + fields.join(FIELD_END) + (isWhole ? FIELD_END : '');
}

export function detailHash(detail: string): string {
  return hash('sha256', detail, 'base64url');
}

/** An event's text by its place in a page. */
export function eventTexts(events: string): readonly string[] {
  return events.split(EVENT_END);
}

/** What verification needs of an event's text. */
export interface EventFacts {
  readonly id: string;
  readonly kind: string;
  /** Empty: it never had a detail. */
  readonly detailHash: string;
}

export function factsOf(event: string): EventFacts {
  const fields = event.split(FIELD_END);
  return { id: fields[1] ?? '', kind: fields[2] ?? '', detailHash: fields[16] ?? '' };
}

/** What breach rules need of an event's text. */
export interface EventActivity {
  /** Milliseconds. */
  readonly recorded: number;
  readonly kind: string;
  readonly outcome: string;
  readonly agent: string;
  /** JSON. */
  readonly who: string;
  readonly ip: string;
  /** `Patient/id`, separated by blanks. */
  readonly patients: string;
}

export function activityOf(event: string): EventActivity {
  const [recorded = '', , kind = '', , outcome = '', , , , , , agent = '', who = '', ip = '', , patients = ''] =
    event.split(FIELD_END);
  return { recorded: Number(recorded), kind, outcome, agent, who, ip, patients };
}

const ENDS = /[\u001c-\u001f\0]/;
const EACH_END = new RegExp(ENDS, 'g');

/** What a client sent must not end a field. */
function clean(text: string): string {
  return ENDS.test(text) ? text.replace(EACH_END, ' ') : text;
}
