import { compareDecimals, isDecimal, multiplyDecimals } from '../../../server/kernel/decimal.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { eventRelatedPeriod, repeatPattern } from '../codes/clinical-codes.ts';
import { concept } from '../datatypes/concept.ts';
import { time } from '../datatypes/date-time.ts';
import { setDecimal, wholeNumber } from '../datatypes/quantity.ts';
import { append } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';
import { timeUnit, unitOf } from './units.ts';

/** How something repeats: the code and Timing.repeat. */
export interface Repetition {
  readonly code: JsonObject | undefined;
  readonly repeat: JsonObject;
  readonly isAsNeeded: boolean;
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Codes of Timing.repeat.when; those of table 0528 that it has not (IC, between meals) are no times of a Timing. */
const WHEN = new Set(['HS', 'AC', 'PC', 'ACM', 'ACD', 'ACV', 'PCM', 'PCD', 'PCV']);

/** Every so many seconds, minutes, hours, days, weeks, months: `Q6H`. */
const EVERY = /^Q(\d{1,3})([SMHDWL])$/;
const EVERY_UNITS: Readonly<Record<string, string>> = { S: 's', M: 'min', H: 'h', D: 'd', W: 'wk', L: 'mo' };

/** Those of the patterns that FHIR's own list has, too: https://hl7.org/fhir/R4/valueset-timing-abbreviation.html */
const ABBREVIATIONS = new Set([
  'BID',
  'TID',
  'QID',
  'AM',
  'PM',
  'QD',
  'QOD',
  'Q1H',
  'Q2H',
  'Q3H',
  'Q4H',
  'Q6H',
  'Q8H',
  'BED',
  'WK',
  'MO',
]);
const ABBREVIATION_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation';
const PATTERN_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v2-0335';

const MINUTES: Readonly<Record<string, string>> = { min: '1', h: '60', d: '1440' };

/**
 * RPT (TQ1-3), also RI (TQ.2), whose one part is the pattern.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-datatype-rpt-to-timing.html
 */
export function repeatPatterns(values: readonly Value[], draft: MappingDraft): Repetition {
  const repeat: JsonObject = {};
  let code: JsonObject | undefined;
  let isAsNeeded = false;
  for (const value of values) {
    const pattern = value.part(1);
    const sent = pattern.peek().toUpperCase();
    if (sent.startsWith('PRN')) isAsNeeded = true;
    const made = patternCode(pattern, repeat, draft);
    code ??= made;
    putPhase(repeat, value);
    putPeriod(repeat, value, draft);
    putEvent(repeat, value, draft);
  }
  return { code, repeat, isAsNeeded };
}

function patternCode(pattern: Value, repeat: JsonObject, draft: MappingDraft): JsonObject | undefined {
  const sent = pattern.peek();
  if (sent === '') return pattern.peek(2) === '' ? undefined : { text: pattern.text(2) };
  // Words are no code: `twice a day`.
  if (/\s/.test(sent)) return { text: pattern.text(1) };
  const name = sent.toUpperCase().replace(/^PRN(?=.)/, '');
  const [, count, unit] = EVERY.exec(name) ?? [];
  if (count !== undefined && unit !== undefined && Number(count) > 0) {
    repeat.frequency = 1;
    repeat.period = Number(count);
    repeat.periodUnit = EVERY_UNITS[unit] ?? 'h';
  }
  if (count === undefined && !ABBREVIATIONS.has(name)) return concept(pattern, draft, { map: repeatPattern });
  const system = ABBREVIATIONS.has(name) ? ABBREVIATION_SYSTEM : PATTERN_SYSTEM;
  pattern.text(1);
  pattern.text(3);
  const text = pattern.text(2);
  return { coding: [{ system, code: name }], ...(text === '' ? {} : { text }) };
}

/** Days of the week: `DW^1^5` from Monday to Friday. */
function putPhase(repeat: JsonObject, value: Value): void {
  const [first, last] = [value.peek(3), value.peek(4)].map(wholeNumber);
  if (value.peek(2) !== 'DW' || first === undefined || first < 1 || first > 7) return;
  for (const part of [2, 3, 4]) value.text(part);
  const end = last === undefined || last > 7 ? first : last;
  for (let day = first; ; day = (day % 7) + 1) {
    append(repeat, 'dayOfWeek', DAYS[day - 1] ?? 'mon');
    if (day === end) return;
  }
}

function putPeriod(repeat: JsonObject, value: Value, draft: MappingDraft): void {
  const units = value.part(6);
  const periodUnit = timeUnit(units.hasContent() ? unitOf(units, draft) : undefined);
  if (periodUnit === undefined || repeat.period !== undefined || !isPositive(value.peek(5))) return;
  setDecimal(repeat, 'period', value.text(5));
  repeat.periodUnit = periodUnit;
}

/** Before or after meals and sleep, and how long before or after. */
function putEvent(repeat: JsonObject, value: Value, draft: MappingDraft): void {
  const event = value.peek(8);
  if (!WHEN.has(event) || eventRelatedPeriod.lookup(event) === undefined) return;
  append(repeat, 'when', value.text(8));
  const offset = minutes(value.peek(9), value.part(10), draft);
  if (offset === undefined) return;
  value.text(9);
  repeat.offset = offset;
}

/** TQ1-5; an offset is one to an event. */
export function putOffset(repeat: JsonObject, value: Value | undefined, draft: MappingDraft): void {
  if (value === undefined || repeat.when === undefined || repeat.offset !== undefined) return;
  const offset = minutes(value.peek(1), value.part(2), draft);
  if (offset === undefined) return;
  value.text(1);
  repeat.offset = offset;
}

/** TQ1-4; times of the day and events exclude each other in a Timing. */
export function appendTimes(repeat: JsonObject, values: readonly Value[]): void {
  if (repeat.when !== undefined) return;
  for (const value of values) {
    const made = time(value);
    if (made !== undefined) append(repeat, 'timeOfDay', made);
  }
}

function minutes(number: string, units: Value, draft: MappingDraft): number | undefined {
  if (!isPositive(number) || !units.hasContent()) return undefined;
  const code = timeUnit(unitOf(units, draft)) ?? '';
  if (code === 's') return wholeNumber(String(Number(number) / 60));
  const factor = MINUTES[code];
  return factor === undefined ? undefined : wholeNumber(multiplyDecimals(number, factor));
}

function isPositive(number: string): boolean {
  return isDecimal(number) && compareDecimals(number, '0') > 0;
}
