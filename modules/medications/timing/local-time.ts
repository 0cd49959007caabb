/** A day of the calendar, by its number since 1970-01-01: days have no zone, and 23 or 25 hours make no difference. */
export type Day = number;

const MINUTE = 60_000;
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** Whether the name is in the IANA time zone database that this process has. */
export function isZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What clocks in the zone show, as if it were UTC, in milliseconds (whole seconds). */
function wallClock(instant: number, zone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) part[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

export function dayOf(instant: Date, zone: string): Day {
  return Math.floor(wallClock(instant.getTime(), zone) / DAY_MS);
}

/**
 * When clocks in the zone show a time of a day. A time that a clock change leaves out is the moment that far after the
 * change (02:30 becomes 03:30), and one that comes twice is its first coming: so each is due exactly once.
 * @param minutes since midnight; may be negative or beyond the day
 */
export function instantOf(day: Day, minutes: number, zone: string): Date {
  const wall = day * DAY_MS + minutes * MINUTE;
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((around) => wallClock(around, zone) - around);
  const shown = offsets.map((offset) => wall - offset).filter((instant) => wallClock(instant, zone) === wall);
  // Left out by a change: what it would be by the offset before.
  return new Date(shown.length > 0 ? Math.min(...shown) : wall - (offsets[0] ?? 0));
}

/** 0 is Monday. */
export function weekdayOf(day: Day): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** The same day of the month so many months later; the last one where the month is shorter. */
export function addMonths(day: Day, months: number): Day {
  const date = new Date(day * DAY_MS);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate();
  return first / DAY_MS + Math.min(date.getUTCDate(), last) - 1;
}

/** Minutes since midnight of `08:00` or `08:00:00`; undefined for anything else. */
export function minutesOf(time: string): number | undefined {
  const [, hour = '', minute = ''] = /^([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?$/.exec(time) ?? [];
  return hour === '' ? undefined : Number(hour) * 60 + Number(minute);
}

/**
 * The first moment of a FHIR date or dateTime (`2026`, `2026-03`, `2026-03-29`, with a time), or of the day after its last:
 * what has no time is a day, month or year of the zone. Undefined when it is none.
 */
export function momentOf(
  dateTime: string | undefined,
  zone: string,
  end: 'start' | 'after' = 'start',
): Date | undefined {
  if (dateTime === undefined) return undefined;
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(dateTime) ?? [];
  if (year === undefined) {
    const instant = new Date(dateTime);
    return Number.isNaN(instant.getTime()) ? undefined : instant;
  }
  const first = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1)) / DAY_MS;
  if (end === 'start') return instantOf(first, 0, zone);
  const length = day !== undefined ? first + 1 : addMonths(first, month === undefined ? 12 : 1);
  return instantOf(length, 0, zone);
}
