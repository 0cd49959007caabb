import { decimalText, multiplyDecimals } from '#sdk';
import type { Dosage } from '../order.ts';
import { addMonths, dayOf, instantOf, momentOf } from './local-time.ts';
import { repeatOf } from './timing-code.ts';

/** When an instruction is in force: from, and before; open where nothing says when it ends. */
export interface Bounds {
  readonly start: Date;
  readonly end: Date | undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };
const UNIT_DAYS: Readonly<Record<string, number>> = { d: 1, wk: 7 };
const UNIT_MONTHS: Readonly<Record<string, number>> = { mo: 1, a: 12 };

const MAX_AMOUNT = 100_000;

interface Amount {
  readonly value?: number;
  readonly code?: string;
  readonly unit?: string;
}

/** After so long: days, weeks and months by the calendar of the zone. Undefined for units that are no time, and parts of months. */
function after(start: Date, amount: Amount, zone: string): Date | undefined {
  const value = decimalText(amount, 'value');
  const unit = amount.code ?? amount.unit ?? '';
  const number = Number(value);
  // Longer than any treatment: no end.
  if (value === undefined || !(number >= 0 && number <= MAX_AMOUNT)) return undefined;
  const ms = UNIT_MS[unit];
  if (ms !== undefined) return new Date(start.getTime() + Math.round(Number(multiplyDecimals(value, String(ms)))));
  const day = dayOf(start, zone);
  const minutes = Math.round((start.getTime() - instantOf(day, 0, zone).getTime()) / 60_000);
  if (UNIT_DAYS[unit] !== undefined) {
    const days = number * UNIT_DAYS[unit];
    const whole = Math.floor(days);
    return instantOf(day + whole, minutes + Math.round((days - whole) * 1440), zone);
  }
  const months = UNIT_MONTHS[unit];
  return months === undefined || !Number.isInteger(number)
    ? undefined
    : instantOf(addMonths(day, number * months), minutes, zone);
}

/**
 * When an instruction is in force. A range of durations ends with its longest.
 * @param from when it begins at the latest where it does not say so; undefined when nothing says so
 */
export function boundsOf({ timing }: Dosage, from: Date | undefined, zone: string): Bounds | undefined {
  const repeat = timing === undefined ? undefined : repeatOf(timing);
  const start = momentOf(repeat?.boundsPeriod?.start, zone) ?? from;
  if (start === undefined) return undefined;
  const length = repeat?.boundsDuration ?? repeat?.boundsRange?.high ?? repeat?.boundsRange?.low;
  const end = length === undefined ? momentOf(repeat?.boundsPeriod?.end, zone, 'after') : after(start, length, zone);
  return { start, end };
}
