import type { JsonObject } from '../../../server/kernel/json.ts';
import { instant } from '../datatypes/date-time.ts';
import { wholeNumber } from '../datatypes/quantity.ts';
import { filled } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';

/** From when to when. Instants with the zone that was sent. */
export interface Span {
  readonly start?: string;
  readonly end?: string;
}

/** Where a segment of a resource has its start, offset with unit, and duration with unit. */
export interface TimeFields {
  readonly start: number;
  readonly offset: number;
  readonly duration: number;
}

/** Start and end of what an AIS, AIG, AIL or AIP reserves; an offset counts from the start of the appointment. */
export function resourceSpan(draft: MappingDraft, segment: SegmentReader, fields: TimeFields, whole: Span): Span {
  const sent = instantOf(draft, segment.value(fields.start));
  const offset = sent === undefined ? minutesOf(segment, fields.offset) : undefined;
  const start = sent ?? (offset === undefined || whole.start === undefined ? undefined : later(whole.start, offset));
  const duration = start === undefined ? undefined : minutesOf(segment, fields.duration);
  return spanOf(start, start === undefined || duration === undefined ? undefined : later(start, duration));
}

/** TQ1-7 and 8, else the fourth and fifth component of SCH-11. */
export function sentSpan(
  draft: MappingDraft,
  tq1: SegmentReader | undefined,
  sch: SegmentReader,
): { readonly main: Span; readonly requested?: JsonObject } {
  const timing = sch.value(11);
  const older = spanOf(instantOf(draft, timing?.part(4)), instantOf(draft, timing?.part(5)));
  const newer = tq1 === undefined ? {} : spanOf(instantOf(draft, tq1.value(7)), instantOf(draft, tq1.value(8)));
  if (newer.start === undefined) return { main: older };
  // Both are given: the older field says what was asked for. A period does not end before it begins.
  const isPeriod =
    older.start !== undefined && (older.end === undefined || Date.parse(older.end) >= Date.parse(older.start));
  const requested = isPeriod ? filled({ ...older }) : undefined;
  return { main: newer, ...(requested === undefined ? {} : { requested }) };
}

/** A number of minutes with its unit in the field after it: minutes, seconds, hours, days, as senders write them. */
export function minutesOf(segment: SegmentReader, field: number): number | undefined {
  const count = wholeNumber(segment.value(field)?.peek() ?? '');
  if (count === undefined) return undefined;
  const factor = FACTORS[(segment.value(field + 1)?.peek() ?? '').toLowerCase().charAt(0)] ?? 1;
  const minutes = count * factor;
  if (!Number.isInteger(minutes) || minutes < 1) return undefined;
  segment.skip(field, field + 1);
  return minutes;
}

const FACTORS: Readonly<Record<string, number | undefined>> = { s: 1 / 60, m: 1, h: 60, d: 1440 };

/** In the zone of the start. */
export function later(start: string, minutes: number): string {
  const zone = /(?:Z|[+-]\d{2}:\d{2})$/.exec(start)?.[0] ?? 'Z';
  const wall = Date.parse(`${start.slice(0, start.length - zone.length)}Z`) + minutes * 60_000;
  return `${new Date(wall).toISOString().slice(0, 19)}${zone}`;
}

function instantOf(draft: MappingDraft, value: Value | undefined): string | undefined {
  return value === undefined ? undefined : instant(value, draft);
}

function spanOf(start: string | undefined, end: string | undefined): Span {
  return { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
}
