/** Ends of an open period; the smallest and largest time that JavaScript's Date knows. */
export const MIN_DATE = -8_640_000_000_000_000;
export const MAX_DATE = 8_640_000_000_000_000;

/** Milliseconds since 1970-01-01T00:00:00Z, half-open: [low, high). */
export interface DateRange {
  readonly low: number;
  readonly high: number;
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const SECOND = 1000;
const FRACTION_WEIGHT = [100, 10, 1];

/**
 * The span of time that a date, dateTime or instant stands for, as wide as its precision: `2024-02` is a month,
 * `2024-02-01T10:00Z` a minute. Without a time zone it is read as UTC. Digits beyond milliseconds are cut.
 * Undefined when the text is no date of the calendar; `:60` is accepted as the second after `:59`.
 * https://hl7.org/fhir/R4/search.html#date
 */
export function dateRange(text: string): DateRange | undefined {
  const length = text.length;
  const year = digits(text, 0, 4);
  if (year < 1) return undefined;
  if (length === 4) return { low: daysFromCivil(year, 1, 1) * DAY, high: daysFromCivil(year + 1, 1, 1) * DAY };
  const month = digits(text, 5, 2);
  if (text.charCodeAt(4) !== 45 || month < 1 || month > 12) return undefined;
  if (length === 7) {
    const high = month === 12 ? daysFromCivil(year + 1, 1, 1) : daysFromCivil(year, month + 1, 1);
    return { low: daysFromCivil(year, month, 1) * DAY, high: high * DAY };
  }
  const day = digits(text, 8, 2);
  if (text.charCodeAt(7) !== 45 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const midnight = daysFromCivil(year, month, day) * DAY;
  if (length === 10) return { low: midnight, high: midnight + DAY };
  return timeRange(text, midnight);
}

function timeRange(text: string, midnight: number): DateRange | undefined {
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  if (text.charCodeAt(10) !== 84 || text.charCodeAt(13) !== 58) return undefined;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return undefined;
  let low = midnight + hour * HOUR + minute * MINUTE;
  let width = MINUTE;
  let at = 16;
  if (text.charCodeAt(at) === 58) {
    const second = digits(text, 17, 2);
    if (second < 0 || second > 60) return undefined;
    low += second * SECOND;
    width = SECOND;
    at = 19;
    if (text.charCodeAt(at) === 46) {
      at += 1;
      const start = at;
      for (let c = text.charCodeAt(at); c >= 48 && c <= 57; c = text.charCodeAt(++at)) {
        low += (c - 48) * (FRACTION_WEIGHT[at - start] ?? 0);
      }
      if (at === start) return undefined;
      width = FRACTION_WEIGHT[at - start - 1] ?? 1;
    }
  }
  const offset = zoneOffset(text, at);
  if (offset === undefined) return undefined;
  return { low: low - offset, high: low - offset + width };
}

/** Milliseconds east of UTC; 0 without a zone; undefined when the rest of the text is no zone. */
function zoneOffset(text: string, at: number): number | undefined {
  if (at === text.length) return 0;
  const c = text.charCodeAt(at);
  if (c === 90) return at + 1 === text.length ? 0 : undefined;
  if ((c !== 43 && c !== 45) || text.length !== at + 6 || text.charCodeAt(at + 3) !== 58) return undefined;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > 14 * 60) return undefined;
  const offset = hours * HOUR + minutes * MINUTE;
  return c === 45 ? -offset : offset;
}

/** `count` digits as a number, or -1. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index += 1) {
    const c = text.charCodeAt(index);
    if (!(c >= 48 && c <= 57)) return -1;
    value = value * 10 + c - 48;
  }
  return value;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysInMonth(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

/**
 * Days from 1970-01-01 in the Gregorian calendar (Date.UTC reads the years 0 to 99 as 19xx). The year starts in March,
 * so that the leap day is its last: http://howardhinnant.github.io/date_algorithms.html#days_from_civil
 */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}
