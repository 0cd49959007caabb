import { hash } from 'node:crypto';
import type { AuditRow } from './audit-rows.ts';

/**
 * Events are stored by pages: those that are committed together are one row. A commit, a row and an index entry cost
 * the database more than what an event says.
 */

/** How much earlier than its page's time an event may be recorded, ms; whoever looks for a time looks that much further. */
export const PAGE_SPAN = 1000;
/** Characters. Longer pages would not stay in their row. */
const PAGE_SIZE = 7500;

// What clients send has them taken out (clean), JSON escapes them, and ids, times and codes never have them.
const PAGE_END = '\u001d';
const PART_END = '\u001c';
const EVENT_END = '\u001e';
const FIELD_END = '\u001f';

/** What was found is the patients: a search for them, which names many. */
const SAME = '=';

interface Page {
  /** Of its latest event, ms. */
  recorded: number;
  /** Of its earliest event. */
  since: number;
  /** Of its first event. */
  readonly id: string;
  readonly keys: Set<number>;
  /** By who it was, the first event of it. */
  readonly agents: Map<string, FirstOf>;
  /** How many events it has. */
  count: number;
  events: string;
  details: string;
  hasDetails: boolean;
}

/** Where a page says who it was. */
interface FirstOf {
  readonly agent: string;
  /** From 1 on, as text. */
  readonly place: string;
}

/** The values of a page, in the order of auditInsertSql: recorded, id, keys, events, details. */
export type PageValues = readonly [string, string, string, string, string];

/** Events as pages. */
export function auditPages(tenant: number, rows: readonly AuditRow[]): readonly PageValues[] {
  const pages: PageValues[] = [];
  let page: Page | undefined;
  for (const row of rows) {
    const before = page?.agents.get(row.who);
    const first = before?.agent === row.agent ? before : undefined;
    const text = eventText(row, first);
    const { recorded } = row;
    if (page === undefined || !fits(page, recorded, text)) {
      if (page !== undefined) pages.push(valuesOf(page));
      page = pageOf(tenant, row, first === undefined ? text : eventText(row, undefined));
    } else {
      page.recorded = Math.max(page.recorded, recorded);
      page.since = Math.min(page.since, recorded);
      page.events += EVENT_END + text;
      page.details += EVENT_END + row.detail;
      page.hasDetails ||= row.detail !== '';
      page.count += 1;
      if (before === undefined) page.agents.set(row.who, { agent: row.agent, place: String(page.count) });
      if (first === undefined) page.keys.add(auditKey(tenant, row.agent));
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

/** What events are found by besides who it was: about whom, and what is rare. */
function addKeys(keys: Set<number>, tenant: number, { patients, kind, interaction, outcome }: AuditRow): void {
  for (const patient of patients) keys.add(auditKey(tenant, patient));
  if (kind !== 'rest') keys.add(auditKey(tenant, kind));
  if (interaction.startsWith('$')) keys.add(auditKey(tenant, interaction));
  if (outcome !== 0) keys.add(auditKey(tenant, outcomeKey(outcome)));
}

/** By what failures are found. */
export function outcomeKey(outcome: number | string): string {
  return `outcome ${outcome}`;
}

function pageOf(tenant: number, { recorded, id, detail, agent, who }: AuditRow, events: string): Page {
  return {
    recorded,
    since: recorded,
    id,
    keys: new Set([auditKey(tenant, agent)]),
    agents: new Map([[who, { agent, place: '1' }]]),
    count: 1,
    events,
    details: detail,
    hasDetails: detail !== '',
  };
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

/**
 * In the order in which the function audit_events takes it apart. What may be erased is there by its hash only.
 * @param first the event of its page that says who it was: that is half of an event's text, and few make many requests
 */
function eventText(row: AuditRow, first: FirstOf | undefined): string {
  const who = first === undefined ? clean(row.agent) + FIELD_END + row.who : FIELD_END + first.place;
  const patients = clean(row.patients.join(' '));
  const found = clean(row.found);
  return (
    `${row.recorded}${FIELD_END}${row.id}${FIELD_END}${row.kind}${FIELD_END}${row.action}${FIELD_END}${row.outcome}${FIELD_END}` +
    `${row.status}${FIELD_END}${clean(row.interaction)}${FIELD_END}${clean(row.type)}${FIELD_END}${clean(row.resourceId)}${FIELD_END}` +
    `${row.version}${FIELD_END}${who}${FIELD_END}${row.ip}${FIELD_END}${row.requestId}${FIELD_END}` +
    `${patients}${FIELD_END}${found !== '' && found === patients ? SAME : found}${FIELD_END}${row.detail === '' ? '' : detailHash(row.detail)}`
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

/** Of each event of a page. */
export function activitiesOf(events: string): readonly EventActivity[] {
  const activities: EventActivity[] = [];
  for (const event of eventTexts(events)) {
    const [recorded = '', , kind = '', , outcome = '', , , , , , agent = '', who = '', ip = '', , patients = ''] =
      event.split(FIELD_END);
    // Without an agent: the place of the event that says who it was.
    const first = agent === '' ? activities[Number(who) - 1] : undefined;
    activities.push({
      recorded: Number(recorded),
      kind,
      outcome,
      agent: first?.agent ?? agent,
      who: first?.who ?? who,
      ip,
      patients,
    });
  }
  return activities;
}

const ENDS = /[\u001c-\u001f\0]/;
const EACH_END = new RegExp(ENDS, 'g');

/** What a client sent must not end a field. */
function clean(text: string): string {
  return ENDS.test(text) ? text.replace(EACH_END, ' ') : text;
}
