import { PAGE_SPAN } from '../../storage/audit-pages.ts';
import type { Queryable } from '../../storage/db.ts';

/** What a rule looks at: the events of a tenant up to `to`; those from `from` on are new. */
export interface Watch {
  readonly db: Queryable;
  readonly tenant: number;
  /** Milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly facts: WatchFacts;
}

/** What events alone do not tell. */
export interface WatchFacts {
  /** A Practitioner or Patient; undefined when there is none. */
  person(tenant: number, reference: string): Promise<Person | undefined>;
  /** Whether an appointment, encounter, care team or general practitioner links them. */
  isRelated(tenant: number, agent: string, patient: string): Promise<boolean>;
  /** Whether the patient is expected in the clinic at that time, or there: then those at the desk open the record too. */
  isExpected(tenant: number, patient: string, at: number): Promise<boolean>;
  /** Whether the agent was to export data then. */
  isPlannedExport(tenant: number, agent: string, at: number): Promise<boolean>;
  /** ISO 3166 code of the country of an IP address; undefined where that is not known. */
  countryOf(ip: string): string | undefined;
}

export interface Person {
  readonly family: string;
  readonly given: string;
  readonly birthDate: string | undefined;
  /** `system|value` */
  readonly identifiers: readonly string[];
  /** Codes of meta.security. */
  readonly labels: readonly string[];
}

/** One thing that somebody should look at. */
export interface Suspicion {
  /** Who did it, as in the column `agent`. */
  readonly agent: string;
  /** Begin of the hour or day; with rule and agent it tells one incident from another, ms. */
  readonly since: number;
  /** `Patient/id` of those whose data it is about, some of them when there are many. */
  readonly patients: readonly string[];
  /** What was seen, with numbers. */
  readonly text: string;
}

export interface BreachRule {
  readonly code: string;
  readonly title: string;
  readonly severity: 'high' | 'moderate';
  find(watch: Watch): Promise<readonly Suspicion[]>;
}

/** Roles whose work is with patients of their own; others open the records of all who come. */
export const CLINICAL: readonly string[] = ['physician', 'nurse'];

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** How far back what is usual for somebody is looked at; ms. */
export const USUAL = 30 * DAY;
/** Patients that a suspicion names. */
export const MOST_NAMED = 20;

/** SQL: that `e` was recorded from one parameter on and before the other, ms; an index on pages finds it. */
export function within(low: string, high: string): string {
  const [from, to] = [`${low}::bigint`, `${high}::bigint`];
  return `e.recorded >= ${from} and e.recorded < ${to} and e.page >= ${from} and e.page < ${to} + ${PAGE_SPAN}`;
}

/** SQL: that `e` stands in a page that has one of the keys of a parameter, see auditKey. */
export function isIn(keys: string): string {
  return `e.page_keys && ${keys}::integer[]`;
}

export function startOf(unit: number, time: number): number {
  return Math.floor(time / unit) * unit;
}
