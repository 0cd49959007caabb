import { isObject, type JsonObject } from '../../kernel/json.ts';
import { dateRange, MAX_DATE, MIN_DATE, type DateRange } from './date-range.ts';
import { listOf, textOf, type IndexedValue } from './values.ts';

/** The span of a date, dateTime, instant, Period or Timing; undefined where there is none. */
export function dateOf({ value, type }: IndexedValue): DateRange | undefined {
  if (typeof value === 'string') return dateRange(value);
  if (!isObject(value)) return undefined;
  if (type === 'Period') return periodRange(value);
  return type === 'Timing' ? timingRange(value) : undefined;
}

/** From the start of `start` to the end of `end`; a missing end is open. */
function periodRange(period: JsonObject): DateRange | undefined {
  const start = textOf(period, 'start');
  const end = textOf(period, 'end');
  const from = start === undefined ? undefined : dateRange(start);
  const to = end === undefined ? undefined : dateRange(end);
  if (from === undefined && to === undefined) return undefined;
  return { low: from?.low ?? MIN_DATE, high: to?.high ?? MAX_DATE };
}

/** From the first to the last of its events and bounds: what happens between is left to the schedule's reader. */
function timingRange(timing: JsonObject): DateRange | undefined {
  let hull: DateRange | undefined;
  const add = (range: DateRange | undefined): void => {
    if (range === undefined) return;
    hull = hull && { low: Math.min(hull.low, range.low), high: Math.max(hull.high, range.high) };
    hull ??= range;
  };
  for (const event of listOf(timing.event)) if (typeof event === 'string') add(dateRange(event));
  const { repeat } = timing;
  if (isObject(repeat) && isObject(repeat.boundsPeriod)) add(periodRange(repeat.boundsPeriod));
  return hull;
}
