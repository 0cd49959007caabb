import { NONE, systemItem, type Items } from '../model/item.ts';
import { truncateDecimal } from './decimals.ts';
import { calendarUnit, type Quantity } from './quantity.ts';
import { daysIn, temporalText, type Temporal } from './temporal.ts';

const UCUM_UNITS: Readonly<Record<string, string>> = {
  wk: 'week',
  d: 'day',
  h: 'hour',
  min: 'minute',
  s: 'second',
  ms: 'millisecond',
};
const SYSTEM_TYPES = { date: 'System.Date', dateTime: 'System.DateTime', time: 'System.Time' } as const;
/** From coarse to fine, with the places that a value must have to be changed by one. */
const UNITS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond'];
/** How many of one unit make one of the next coarser: a value without days is moved by whole months. */
const PER_COARSER: Readonly<Record<string, number>> = {
  month: 12,
  day: 30,
  hour: 24,
  minute: 60,
  second: 60,
  millisecond: 1000,
};
const MILLISECONDS: Readonly<Record<string, number>> = {
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};
const LIMIT = 1e15;

/**
 * A date or time moved by whole units; fractions of one are ignored. https://hl7.org/fhirpath/N1/#datetime-arithmetic
 * @returns undefined when the unit is none of the calendar: `1 'cm'`, and `1 'mo'`, which is no calendar month
 */
export function addToTemporal(temporal: Temporal, { value, unit }: Quantity): Items | undefined {
  const named = calendarUnit(unit) ?? UCUM_UNITS[unit];
  if (named === undefined) return undefined;
  const [amount, step] = named === 'week' ? [7 * whole(value), 'day'] : [whole(value), named];
  if (!(Math.abs(amount) < LIMIT)) return NONE;
  const moved = temporal.kind === 'time' ? moveTime(temporal, amount, step) : move(temporal, amount, step);
  if (moved === undefined) return temporal.kind === 'time' ? undefined : NONE;
  return [systemItem(SYSTEM_TYPES[temporal.kind], temporalText(moved))];
}

function whole(value: string): number {
  return Number(truncateDecimal(value, 0));
}

function move(temporal: Temporal, amount: number, unit: string): Temporal | undefined {
  const [count, step] = atPrecision(amount, unit, temporal.precision);
  if (step === 'year' || step === 'month') return moveMonths(temporal, step === 'year' ? 12 * count : count);
  return moveMilliseconds(temporal, count * (MILLISECONDS[step] ?? 0));
}

/** 24 hours are a day for what has no hours. */
function atPrecision(amount: number, unit: string, precision: number): [number, string] {
  let count = amount;
  let index = UNITS.indexOf(unit);
  // Milliseconds are digits of the seconds.
  while (index >= precision && !(index === 6 && precision === 6)) {
    count = Math.trunc(count / (PER_COARSER[UNITS[index] ?? ''] ?? 1));
    index -= 1;
  }
  return [count, UNITS[index] ?? 'year'];
}

/** The last day of the month where there is no such day. */
function moveMonths(temporal: Temporal, count: number): Temporal | undefined {
  const months = temporal.year * 12 + temporal.month - 1 + count;
  const year = Math.floor(months / 12);
  const month = (months % 12) + 1;
  if (year < 1 || year > 9999) return undefined;
  return { ...temporal, year, month, day: Math.min(temporal.day, daysIn(year, month)) };
}

function moveMilliseconds(temporal: Temporal, milliseconds: number): Temporal | undefined {
  const { year, month, day, hour, minute, second, fraction } = temporal;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, Number(fraction.slice(0, 3).padEnd(3, '0')));
  date.setTime(date.getTime() + milliseconds);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999) return undefined;
  return {
    ...temporal,
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    ...clockOf(date, temporal),
  };
}

/** Round the clock. */
function moveTime(temporal: Temporal, amount: number, unit: string): Temporal | undefined {
  if (UNITS.indexOf(unit) < 3) return undefined;
  const moved = moveMilliseconds({ ...temporal, year: 2000, month: 1, day: 1 }, amountOf(temporal, amount, unit));
  return moved === undefined ? undefined : { ...moved, year: 1970, month: 1, day: 1 };
}

function amountOf({ precision }: Temporal, amount: number, unit: string): number {
  const [count, step] = atPrecision(amount, unit, precision);
  return (count % 86_400_000) * (MILLISECONDS[step] ?? 0);
}

function clockOf(date: Date, { fraction }: Temporal): Pick<Temporal, 'hour' | 'minute' | 'second' | 'fraction'> {
  const milliseconds = date.getUTCMilliseconds();
  const isWritten = fraction !== '' || milliseconds !== 0;
  return {
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    fraction: isWritten ? String(milliseconds).padStart(3, '0') + fraction.slice(3) : '',
  };
}
