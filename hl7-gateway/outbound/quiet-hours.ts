import type { QuietTime } from '../partner/partner.ts';

/** Whether nothing is sent at that moment. @param zone IANA zone in which the times are meant */
export function isQuiet(times: readonly QuietTime[], zone: string, at: Date): boolean {
  if (times.length === 0) return false;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' }).format(at);
  return times.some(({ from, to }) => (from <= to ? clock >= from && clock < to : clock >= from || clock < to));
}
