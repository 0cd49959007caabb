import type { QuietTime } from '../partner/partner.ts';

/** Whether nothing is sent at that moment. @param zone IANA zone in which the times are meant */
export function isQuiet(times: readonly QuietTime[], zone: string, at: Date): boolean {
  if (times.length === 0) return false;
  const { date, clock } = localTime(zone, at);
  return times.some((time) => {
    const { from, to } = time;
    if (from <= to) return isOn(time, date) && clock >= from && clock < to;
    return (isOn(time, date) && clock >= from) || (isOn(time, dayBefore(date)) && clock < to);
  });
}

function localTime(zone: string, at: Date): { readonly date: string; readonly clock: string } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((each) => each.type === type)?.value ?? '';
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    clock: `${part('hour')}:${part('minute')}`,
  };
}

function isOn({ on }: QuietTime, date: string): boolean {
  if (on === undefined) return true;
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
  return on.weekdays.includes(weekday) || on.dates.some(({ first, last }) => date >= first && date <= last);
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
