import { decimalText } from '#sdk';
import type { Timing } from '../order.ts';
import { addMonths, weekdayOf, type Day } from './local-time.ts';

export type Repeat = NonNullable<Timing['repeat']>;

/** Which days of the calendar have doses, and how many each; undefined for a day without. */
export type DoseDays = (day: Day) => number | undefined;

/** More is no list of doses; what is spread over days is spread over fewer than this. */
const MAX_PER_DAY = 96;
const MAX_PER_PERIOD = 1000;

const WEEKDAYS: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * The days of a Timing that speaks of days, weeks, months or years. Undefined when it cannot be told: more doses than fit, or
 * parts of days.
 * @param start its first day
 */
export function doseDays(repeat: Repeat, start: Day): DoseDays | undefined {
  const { frequency = 1, periodUnit = 'd', dayOfWeek } = repeat;
  const period = Number(decimalText(repeat, 'period') ?? '1');
  if (!Number.isSafeInteger(period) || period < 1 || frequency < 1 || frequency > MAX_PER_PERIOD) return undefined;
  if (dayOfWeek !== undefined && dayOfWeek.length > 0) return onWeekdays(repeat, dayOfWeek, period, start);
  switch (periodUnit) {
    case 'd':
      return everyDays(frequency, period, start);
    case 'wk':
      return everyDays(frequency, period * 7, start);
    case 'mo':
      return everyMonths(frequency, period, start);
    case 'a':
      return everyMonths(frequency, period * 12, start);
    default:
      return undefined;
  }
}

/** Spread evenly over the days of the period, beginning with the first. */
function everyDays(frequency: number, days: number, start: Day): DoseDays | undefined {
  if (frequency > days && frequency % days !== 0) return undefined;
  const each = Math.max(1, frequency / days);
  if (each > MAX_PER_DAY) return undefined;
  const offsets = new Set(Array.from({ length: frequency }, (_, index) => Math.floor((index * days) / frequency)));
  return (day) => (day >= start && offsets.has((day - start) % days) ? each : undefined);
}

function everyMonths(frequency: number, months: number, start: Day): DoseDays | undefined {
  if (frequency !== 1) return undefined;
  return (day) => {
    const passed = Math.round((day - start) / 30.436875 / months);
    return day >= start && addMonths(start, passed * months) === day ? 1 : undefined;
  };
}

function onWeekdays(
  { frequency = 1, periodUnit = 'wk' }: Repeat,
  dayOfWeek: readonly string[],
  period: number,
  start: Day,
): DoseDays | undefined {
  const days = new Set(dayOfWeek.map((name) => WEEKDAYS.indexOf(name)));
  // "four times a day on Mondays" says it by the day, "three times a week on …" for all of them together.
  const each = periodUnit === 'd' ? frequency : Math.max(1, frequency / days.size);
  if (!Number.isInteger(each) || each > MAX_PER_DAY || (periodUnit !== 'd' && periodUnit !== 'wk')) return undefined;
  const monday = start - weekdayOf(start);
  const weeks = periodUnit === 'wk' ? period : 1;
  return (day) =>
    day >= start && days.has(weekdayOf(day)) && Math.floor((day - monday) / 7) % weeks === 0 ? each : undefined;
}
