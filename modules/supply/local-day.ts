/** Of places that do not say in which zone they lie. */
const DEFAULT_ZONE = 'UTC';

const formats = new Map<string, Intl.DateTimeFormat>();

/** `YYYY-MM-DD` by the clocks of a zone. @param zone IANA name; unknown or missing: UTC */
export function localDay(at: Date, zone: string | null | undefined): string {
  return formatOf(zone ?? DEFAULT_ZONE).format(at);
}

/** The last day of `YYYY-MM`, `YYYY` or `YYYY-MM-DD…`. */
export function lastDay(date: string): string {
  const [year = '', month = '12', day] = date.slice(0, 10).split('-');
  if (day !== undefined) return date.slice(0, 10);
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return `${year}-${month}-${last}`;
}

/** @param day `YYYY-MM-DD` */
export function addDays(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10);
}

/** Days from one `YYYY-MM-DD` to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = madeFor(zone) ?? formatOf(DEFAULT_ZONE);
  formats.set(zone, format);
  return format;
}

/** Undefined for a zone that nobody knows: what is stored may be older than what is checked today. */
function madeFor(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
