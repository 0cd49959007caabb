import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';

/** DTM and TS: `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`. */
const TIMESTAMP = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(\.\d{1,9})?)?)?)?)?)?([+-]\d{4})?$/;

interface Timestamp {
  /** `2024`, `2024-02`, `2024-02-29`. */
  readonly date: string;
  readonly hasDay: boolean;
  /** `HH:MM:SS.ssss` as far as sent; FHIR wants seconds, 00 stands for those that were not sent. */
  readonly time?: string;
  /** `+01:00` */
  readonly zone?: string;
}

/**
 * dateTime with the precision and the zone that were sent. A time without zone is the partner's time; hours without minutes
 * count as full hours. Undefined for what is no timestamp.
 * https://hl7.org/fhir/R4/datatypes.html#dateTime
 */
export function dateTimeOf(text: string, timeZone: string): string | undefined {
  const parsed = parse(text);
  if (parsed === undefined) return undefined;
  const { date, time, zone } = parsed;
  if (time === undefined) return date;
  return `${date}T${time}${zone ?? offsetAt(`${date}T${time}`, timeZone)}`;
}

export function dateTime(value: Value, { context }: MappingDraft): string | undefined {
  return readWhere(value, (text) => dateTimeOf(text, context.timeZone));
}

/** date: the day that was sent, as it is on the sender's wall. */
export function date(value: Value): string | undefined {
  return readWhere(value, (text) => parse(text)?.date);
}

/** instant: only what has a day and a time; a day alone is no instant. */
export function instant(value: Value, { context }: MappingDraft): string | undefined {
  return readWhere(value, (text) => (parse(text)?.time === undefined ? undefined : dateTimeOf(text, context.timeZone)));
}

/**
 * The moment that a timestamp stands for, in UTC, to compare events: `2024-02-29T08:00:00.000Z`; of a day its first moment.
 */
export function momentOf(text: string, timeZone: string): string | undefined {
  const parsed = parse(text);
  if (parsed?.hasDay !== true) return undefined;
  const local = `${parsed.date}T${parsed.time ?? '00:00:00'}`;
  const moment = new Date(`${local}${parsed.zone ?? offsetAt(local, timeZone)}`);
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

/** TM: `HH[MM[SS[.SSSS]]]` as time. */
export function time(value: Value): string | undefined {
  return readWhere(value, (text) => {
    const match = /^([01]\d|2[0-3])([0-5]\d)?([0-5]\d)?(\.\d{1,9})?(?:[+-]\d{4})?$/.exec(text);
    if (match === null) return undefined;
    const [, hour = '', minute = '00', second = '00', fraction = ''] = match;
    return `${hour}:${minute}:${second}${fraction}`;
  });
}

/** Reads the timestamp, of a TS or DR its first component; what is no timestamp stays unread, so that it stays visible. */
function readWhere(value: Value, make: (text: string) => string | undefined): string | undefined {
  return make(value.peek()) === undefined ? undefined : make(value.text());
}

function parse(text: string): Timestamp | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [, year = '', month, day, hour, minute = '00', second = '00', fraction = '', zone] = match;
  if (year === '0000') return undefined;
  const parts = [year, month, day].filter((part) => part !== undefined);
  if (!isCalendarDay(Number(year), Number(month ?? 1), Number(day ?? 1))) return undefined;
  if (hour === undefined) return { date: parts.join('-'), hasDay: day !== undefined };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return {
    date: parts.join('-'),
    hasDay: true,
    time: `${hour}:${minute}:${second}${fraction}`,
    ...(zone === undefined || !isZone(zone) ? {} : { zone: `${zone.slice(0, 3)}:${zone.slice(3)}` }),
  };
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  const made = new Date(Date.UTC(2000, 0, 1));
  made.setUTCFullYear(year, month - 1, day);
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
}

/** https://hl7.org/fhir/R4/datatypes.html#dateTime: up to 14 hours. */
function isZone(zone: string): boolean {
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3));
  return minutes < 60 && (hours < 14 || (hours === 14 && minutes === 0));
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** Intl takes 20 µs a question, and messages ask for the same hours over and over. Offsets change at quarters of hours only. */
const OFFSETS = new Map<string, number>();
const QUARTER = 15 * 60_000;
const MAX_OFFSETS = 20_000;

/** The offset that a zone has at a local time: `+01:00`. @param local `2024-02-29T08:00:00` */
function offsetAt(local: string, timeZone: string): string {
  const wall = Date.parse(`${local}Z`);
  // The offset at the wall time read as UTC is right but for the hours around a change; there the second look is.
  const first = offsetMinutes(wall, timeZone);
  const minutes = offsetMinutes(wall - first * 60_000, timeZone);
  const size = Math.abs(minutes);
  const hours = String(Math.trunc(size / 60)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${hours}:${String(size % 60).padStart(2, '0')}`;
}

function offsetMinutes(at: number, timeZone: string): number {
  const quarter = Math.floor(at / QUARTER);
  const key = `${timeZone} ${quarter}`;
  const known = OFFSETS.get(key);
  if (known !== undefined) return known;
  const minutes = askOffset(quarter * QUARTER, timeZone);
  if (OFFSETS.size >= MAX_OFFSETS) OFFSETS.clear();
  OFFSETS.set(key, minutes);
  return minutes;
}

function askOffset(at: number, timeZone: string): number {
  const known = FORMATS.get(timeZone);
  const format = known ?? new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  if (known === undefined) FORMATS.set(timeZone, format);
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const match = /^GMT([+-])(\d{2}):(\d{2})/.exec(name);
  if (match === null) return 0;
  const [, sign, hours, minutes] = match;
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
}
