import type { JsonObject } from '../../../server/kernel/json.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { positiveInteger, setDecimal } from '../datatypes/quantity.ts';
import { plainText } from '../datatypes/text.ts';
import { append } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { priorityOf } from './priority.ts';
import { appendTimes, putOffset, repeatPatterns, type Repetition } from './repeat-pattern.ts';
import { amountOfCq, durationOf, textUnit, timeUnit, unitOf } from './units.ts';

/** When and how much of something is ordered: TQ1, or in older versions the TQ in ORC-7, OBR-27 and RXE-1. */
export interface OrderTiming {
  /** How much each time. */
  readonly quantity?: JsonObject | undefined;
  /** Timing with what is said of repetition. */
  readonly timing?: JsonObject | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly priority?: string | undefined;
  /** Under which condition it is done. */
  readonly condition?: string | undefined;
  readonly instruction?: string | undefined;
  readonly isAsNeeded: boolean;
}

/** https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-tq1-to-servicerequest.html */
export function timingOfTq1(tq1: SegmentReader, draft: MappingDraft): OrderTiming {
  tq1.skip(1);
  const repetition = repeatPatterns(tq1.values(3), draft);
  const { repeat } = repetition;
  appendTimes(repeat, tq1.values(4));
  putOffset(repeat, tq1.value(5), draft);
  putDuration(repeat, tq1.value(13), draft);
  putCount(repeat, tq1.value(14));
  const priority = tq1.value(9);
  const bounds = { start: tq1.value(7), end: tq1.value(8), duration: durationOf(tq1.value(6), draft) };
  return {
    quantity: amountOfCq(tq1.value(2), draft),
    ...finished(repetition, bounds, draft),
    ...urgency(priority, repetition, draft),
    condition: textOf(tq1.value(10)),
    instruction: textOf(tq1.value(11)),
  };
}

/** TQ. https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-datatype-tq-to-servicerequest.html */
export function timingOfTq(tq: Value, draft: MappingDraft): OrderTiming {
  const interval = part(tq, 2);
  const repetition = repeatPatterns(interval === undefined ? [] : [interval], draft);
  const { repeat } = repetition;
  for (const explicit of (interval?.peek(2) ?? '').split(',')) appendExplicit(repeat, explicit);
  if (repeat.timeOfDay !== undefined) interval?.text(2);
  putCount(repeat, part(tq, 12));
  const bounds = { start: part(tq, 4), end: part(tq, 5), duration: durationOfText(part(tq, 3)) };
  return {
    quantity: amountOfCq(part(tq, 1), draft),
    ...finished(repetition, bounds, draft),
    ...urgency(part(tq, 6), repetition, draft),
    condition: textOf(part(tq, 7)),
    instruction: textOf(part(tq, 8)),
  };
}

function part(value: Value, number: number): Value | undefined {
  const found = value.part(number);
  return found.hasContent() ? found : undefined;
}

function textOf(value: Value | undefined): string | undefined {
  return value && plainText(value);
}

function urgency(
  priority: Value | undefined,
  { isAsNeeded }: Repetition,
  draft: MappingDraft,
): Pick<OrderTiming, 'priority' | 'isAsNeeded'> {
  if (priority?.peek() !== 'PRN') return { priority: priority && priorityOf(priority, draft), isAsNeeded };
  priority.text();
  return { isAsNeeded: true };
}

function appendExplicit(repeat: JsonObject, text: string): void {
  const [, hours, minutes] = /^([01]\d|2[0-3]):?([0-5]\d)$/.exec(text.trim()) ?? [];
  if (hours !== undefined && minutes !== undefined && repeat.when === undefined)
    append(repeat, 'timeOfDay', `${hours}:${minutes}:00`);
}

function putCount(repeat: JsonObject, value: Value | undefined): void {
  const count = value && positiveInteger(value);
  if (count !== undefined) repeat.count = count;
}

function putDuration(repeat: JsonObject, value: Value | undefined, draft: MappingDraft): void {
  if (value === undefined) return;
  const units = part(value, 2);
  const durationUnit = timeUnit(units && unitOf(units, draft));
  if (durationUnit === undefined || !setDecimal(repeat, 'duration', value.peek(1))) return;
  value.text(1);
  repeat.durationUnit = durationUnit;
}

/** `X7D` style of TQ.3: S, M, H, D, W, L and a number. Others are texts of their own that no map understands. */
function durationOfText(value: Value | undefined): JsonObject | undefined {
  const [, unit = '', number = ''] = /^([SMHDWL])(\d{1,6})$/.exec(value?.peek() ?? '') ?? [];
  const made: JsonObject = {};
  if (value === undefined || !setDecimal(made, 'value', number)) return undefined;
  value.text();
  return Object.assign(made, textUnit(TIME_LETTERS[unit] ?? ''));
}

const TIME_LETTERS: Readonly<Record<string, string>> = { S: 's', M: 'min', H: 'h', D: 'd', W: 'wk', L: 'mo' };

interface Bounds {
  readonly start: Value | undefined;
  readonly end: Value | undefined;
  readonly duration: JsonObject | undefined;
}

/** A period that ends before it begins is none: its end stays unread. */
function finished(
  { code, repeat }: Repetition,
  { start, end, duration }: Bounds,
  draft: MappingDraft,
): Pick<OrderTiming, 'timing' | 'start' | 'end'> {
  const from = start && dateTime(start, draft);
  const isOrdered = isBefore(start?.peek(), end?.peek());
  const until = end !== undefined && isOrdered ? dateTime(end, draft) : undefined;
  const hasPattern = code !== undefined || Object.keys(repeat).length > 0 || duration !== undefined;
  if (!hasPattern) return { start: from, end: until };
  if (from !== undefined || until !== undefined) {
    repeat.boundsPeriod = {
      ...(from === undefined ? {} : { start: from }),
      ...(until === undefined ? {} : { end: until }),
    };
  } else if (duration !== undefined) repeat.boundsDuration = duration;
  const timing: JsonObject = {};
  if (Object.keys(repeat).length > 0) timing.repeat = repeat;
  if (code !== undefined) timing.code = code;
  return { timing: Object.keys(timing).length === 0 ? undefined : timing, start: from, end: until };
}

/** Timestamps of one sender compare as texts, as far as both are precise. */
function isBefore(start: string | undefined, end: string | undefined): boolean {
  if (start === undefined || end === undefined || start === '') return true;
  const digits = Math.min(start.replace(/[-+.].*$/, '').length, end.replace(/[-+.].*$/, '').length);
  return start.slice(0, digits) <= end.slice(0, digits);
}
