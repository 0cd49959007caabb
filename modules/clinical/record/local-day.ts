import { instantOf } from './instant.ts';

/**
 * The day of a date or time in a place; undefined for what is less than a day (`2026-11`).
 * @param zone name in the IANA time zone database
 */
export function localDay(dateTime: string, zone: string): string | undefined {
  if (!dateTime.includes('T')) return dateTime.length === 10 ? dateTime : undefined;
  const at = instantOf(dateTime);
  const parts = { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  return at && new Intl.DateTimeFormat('en-CA', parts).format(at);
}

/** Whether days can be told in the time zone. */
export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
