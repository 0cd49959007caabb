import { decimalText, divideDecimals, multiplyDecimals } from '#sdk';
import type { Dosage, Order } from '../order.ts';
import { boundsOf, type Bounds } from './bounds.ts';
import { doseDays, type DoseDays, type Repeat } from './dose-days.ts';
import { dayOf, instantOf, minutesOf, momentOf, type Day } from './local-time.ts';
import { repeatOf } from './timing-code.ts';
import { eventTimes, timesOfDay, type WardTimes } from './ward-times.ts';

export interface DueDose {
  readonly due: Date;
  readonly dosage: Dosage;
}

/** Why nobody can say when doses of an instruction are due. */
export type Unscheduled = 'no-timing' | 'no-start' | 'unclear' | 'no-ward-time' | 'too-often';

export interface Schedule {
  /** In order of time, each moment once. */
  readonly doses: readonly DueDose[];
  readonly unscheduled: readonly { readonly dosage: Dosage; readonly reason: Unscheduled }[];
}

/** What is given more often than this is no list of doses: it runs. */
const SHORTEST_MS = 15 * 60_000;
const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
/** Doses that are numbered are counted from the first; after two years nobody does. */
const MAX_COUNTED_DAYS = 731;
const UNIT_MS: Readonly<Record<string, string>> = { s: '1000', min: '60000', h: '3600000', d: '86400000' };

interface Window {
  readonly from: Date;
  readonly to: Date;
}

interface Ward {
  readonly zone: string;
  readonly times: WardTimes;
}

export function isAsNeeded({ asNeededBoolean, asNeededCodeableConcept }: Dosage): boolean {
  return asNeededBoolean === true || asNeededCodeableConcept !== undefined;
}

/**
 * When doses of an order are due, of the instructions that are not "as needed", from a moment and before another. What is
 * ordered by the clock follows the clocks of the ward; what is ordered by hours follows hours, through changes of the clocks.
 * https://hl7.org/fhir/R4/datatypes.html#timing
 */
export function dueDoses(order: Order, window: Window, ward: Ward): Schedule {
  const authored = momentOf(order.authoredOn, ward.zone);
  const found = new Map<number, DueDose>();
  const unscheduled: { dosage: Dosage; reason: Unscheduled }[] = [];
  for (const dosage of order.dosageInstruction ?? []) {
    if (isAsNeeded(dosage)) continue;
    const times = timesOf(dosage, authored, window, ward);
    if (typeof times === 'string') unscheduled.push({ dosage, reason: times });
    else for (const due of times) if (!found.has(due.getTime())) found.set(due.getTime(), { due, dosage });
  }
  const doses = [...found.values()].sort((a, b) => a.due.getTime() - b.due.getTime());
  return { doses, unscheduled };
}

function timesOf(
  dosage: Dosage,
  authored: Date | undefined,
  window: Window,
  ward: Ward,
): readonly Date[] | Unscheduled {
  const { timing } = dosage;
  if (timing === undefined) return 'no-timing';
  const repeat = repeatOf(timing);
  const events = (timing.event ?? []).flatMap((each) => momentOf(each, ward.zone) ?? []).filter(isIn(window));
  if (repeat === undefined) return timing.event === undefined ? 'no-timing' : events;
  const bounds = boundsOf(dosage, authored, ward.zone);
  if (bounds === undefined) return timing.event === undefined ? 'no-start' : events;
  const repeated = repeatedTimes(repeat, bounds, window, ward);
  if (typeof repeated === 'string') return timing.event === undefined ? repeated : events;
  return [...events, ...repeated];
}

function repeatedTimes(repeat: Repeat, bounds: Bounds, window: Window, ward: Ward): readonly Date[] | Unscheduled {
  const { timeOfDay, when, periodUnit, count = Infinity, countMax } = repeat;
  const most = countMax ?? count;
  const isByClock = timeOfDay !== undefined || when !== undefined || repeat.dayOfWeek !== undefined;
  const step = isByClock ? undefined : intervalOf(repeat);
  if (step !== undefined) return byInterval(step, most, repeat, bounds, window);
  if (!isByClock && periodUnit === undefined && repeat.period === undefined && repeat.frequency === undefined) {
    // "Once": nothing says more than how many.
    return most === 1 ? [bounds.start].filter(isIn(window)) : 'unclear';
  }
  const first = dayOf(bounds.start, ward.zone);
  const days = doseDays(repeat, first);
  if (days === undefined) return 'unclear';
  const minutes = minutesBy(repeat, ward.times);
  if (minutes === undefined) return 'no-ward-time';
  if (most !== Infinity && dayOf(window.from, ward.zone) - first > MAX_COUNTED_DAYS) return 'unclear';
  return byClock({ days, minutes, first, most }, bounds, window, ward.zone);
}

/** Milliseconds between doses that are ordered by hours or minutes, or by parts of days. */
function intervalOf(repeat: Repeat): number | undefined {
  const { periodUnit = '', frequency = 1 } = repeat;
  const period = decimalText(repeat, 'period');
  const unit = UNIT_MS[periodUnit];
  if (period === undefined || unit === undefined || frequency < 1) return undefined;
  if (periodUnit === 'd' && Number.isInteger(Number(period))) return undefined;
  return Number(divideDecimals(multiplyDecimals(period, unit), String(frequency)));
}

function byInterval(
  step: number,
  most: number,
  { boundsPeriod }: Repeat,
  bounds: Bounds,
  { from, to }: Window,
): readonly Date[] | Unscheduled {
  if (step < SHORTEST_MS) return 'too-often';
  if (!Number.isFinite(step)) return 'unclear';
  // Nobody means the second in which an order was typed.
  const start = bounds.start.getTime();
  const anchor = boundsPeriod?.start === undefined ? Math.ceil(start / QUARTER_MS) * QUARTER_MS : start;
  const end = Math.min(to.getTime(), bounds.end?.getTime() ?? Infinity);
  const times: Date[] = [];
  for (let index = Math.max(0, Math.ceil((from.getTime() - anchor) / step)); index < most; index += 1) {
    const time = Math.round(anchor + index * step);
    if (time >= end) break;
    times.push(new Date(time));
  }
  return times;
}

/** Minutes after midnight, for so many doses a day; undefined when the ward has no time for an event. */
function minutesBy(
  { timeOfDay, when, offset }: Repeat,
  times: WardTimes,
): ((doses: number) => readonly number[]) | undefined {
  if (timeOfDay !== undefined) {
    const fixed = timeOfDay.flatMap((time) => minutesOf(time) ?? []);
    return () => fixed;
  }
  if (when === undefined) return (doses) => timesOfDay(doses, times);
  const events = when.map((each) => eventTimes(each, offset, times));
  if (events.some((each) => each === undefined)) return undefined;
  const fixed = events.flatMap((each) => each ?? []);
  return () => fixed;
}

interface ByClock {
  readonly days: DoseDays;
  readonly minutes: (doses: number) => readonly number[];
  readonly first: Day;
  /** How many doses there are in all. */
  readonly most: number;
}

function byClock(
  { days, minutes, first, most }: ByClock,
  bounds: Bounds,
  window: Window,
  zone: string,
): readonly Date[] {
  const end = Math.min(window.to.getTime(), bounds.end?.getTime() ?? Infinity);
  // Where doses are counted, those before the window count; an offset may move a dose into the day before or after.
  const from = most === Infinity ? Math.max(first, dayOf(window.from, zone) - 1) : first;
  const until = dayOf(new Date(Math.min(end, window.to.getTime())), zone) + 1;
  const times: Date[] = [];
  let given = 0;
  for (let day = from; day <= until && given < most; day += 1) {
    const doses = days(day);
    if (doses === undefined) continue;
    const moments = minutes(doses).map((each) => instantOf(day, each, zone));
    for (const due of moments.sort((a, b) => a.getTime() - b.getTime())) {
      if (due < bounds.start || due.getTime() >= end || given >= most) continue;
      given += 1;
      if (due >= window.from) times.push(due);
    }
  }
  return times;
}

function isIn({ from, to }: Window): (time: Date) => boolean {
  return (time) => time >= from && time < to;
}

/**
 * How long must pass between two doses that are given when needed: what the order says of how often, such as 1 every 6 hours;
 * undefined when it says nothing.
 * @returns milliseconds
 */
export function leastInterval(order: Order): number | undefined {
  const intervals = (order.dosageInstruction ?? []).filter(isAsNeeded).flatMap(({ timing }) => {
    const repeat = timing === undefined ? undefined : repeatOf(timing);
    if (repeat === undefined) return [];
    const step = intervalOf(repeat);
    if (step !== undefined) return [step];
    const { frequency = 1, periodUnit } = repeat;
    const days = Number(decimalText(repeat, 'period') ?? 'NaN') * (periodUnit === 'wk' ? 7 : 1);
    return periodUnit === 'd' || periodUnit === 'wk' ? [(days * DAY_MS) / frequency] : [];
  });
  const usable = intervals.filter((each) => Number.isFinite(each) && each > 0);
  return usable.length === 0 ? undefined : Math.max(...usable);
}
