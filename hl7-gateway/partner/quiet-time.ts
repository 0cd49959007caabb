import type { QuietTime } from './partner.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const TIME = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;
const DATES = /^(\d{4}-\d{2}-\d{2})(?:\/(\d{4}-\d{2}-\d{2}))?$/;

/**
 * `22:00-06:00`, on all days; `sat,sun` and `mon-fri 12:00-13:30`, on days of the week; `2026-12-24` and `2026-12-24/2026-12-26`, on dates.
 * Without times of day all day; times that go over midnight are those of the day on which they begin.
 * @returns undefined for what is none
 */
export function readQuietTime(text: string): QuietTime | undefined {
  const parts = text.trim().toLowerCase().split(/\s+/);
  const [, from, to] = TIME.exec(parts.at(-1) ?? '') ?? [];
  const hasTime = from !== undefined && to !== undefined;
  const [days, ...others] = hasTime ? parts.slice(0, -1) : parts;
  const span = hasTime ? { from, to } : { from: '00:00', to: '24:00' };
  if (others.length > 0) return undefined;
  if (days === undefined) return span;
  const read = days.split(',').map((each) => weekdays(each) ?? dates(each));
  const weekly = read.flatMap((each) => (each !== undefined && 'weekdays' in each ? each.weekdays : []));
  const dated = read.flatMap((each) => (each !== undefined && 'first' in each ? [each] : []));
  if (read.includes(undefined)) return undefined;
  return { ...span, on: { weekdays: weekly, dates: dated } };
}

/** Numbered from 1 (Monday): `fri-mon` goes over the end of the week. */
function weekdays(text: string): { readonly weekdays: readonly number[] } | undefined {
  const [first = -1, last = first, ...others] = text.split('-').map((day) => DAYS.indexOf(day));
  if (first < 0 || last < 0 || others.length > 0) return undefined;
  const count = ((last - first + 7) % 7) + 1;
  return { weekdays: Array.from({ length: count }, (_, index) => ((first + index) % 7) + 1) };
}

function dates(text: string): { readonly first: string; readonly last: string } | undefined {
  const [, first, last = first] = DATES.exec(text) ?? [];
  if (first === undefined || last === undefined || !isDate(first) || !isDate(last) || last < first) return undefined;
  return { first, last };
}

function isDate(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
