import { field, list, text } from './json.ts';
import { prefixed } from './split.ts';
import type { Value } from './values.ts';

/** [from, to) in ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const DATE = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** https://hl7.org/fhir/R4/search.html#date */
export function dateMatches(value: Value, wanted: string): boolean {
  const target = spanOfValue(value);
  const [prefix, date] = prefixed(wanted);
  const search = spanOfText(date);
  return target !== undefined && search !== undefined && compare(prefix, search, target);
}

function compare(prefix: string, search: Span, target: Span): boolean {
  const contains = search.from <= target.from && target.to <= search.to;
  const reachesAbove = target.to > search.to;
  const reachesBelow = target.from < search.from;
  switch (prefix) {
    case 'ne':
      return !contains;
    case 'gt':
      return reachesAbove;
    case 'ge':
      return reachesAbove || contains;
    case 'lt':
      return reachesBelow;
    case 'le':
      return reachesBelow || contains;
    case 'sa':
      return target.from >= search.to;
    case 'eb':
      return target.to <= search.from;
    case 'ap':
      return approximately(search, target);
    default:
      return contains;
  }
}

/** "10% of the gap between now and the date" */
function approximately(search: Span, target: Span): boolean {
  const slack = Math.max(0, search.from - Date.now(), Date.now() - search.to) / 10;
  return target.from < search.to + slack && target.to > search.from - slack;
}

export function spanOfValue({ type, data }: Value): Span | undefined {
  if (type === 'string') return undefined;
  if (typeof data === 'string') return spanOfText(data);
  if (type === 'Period') return spanOfPeriod(data);
  if (type !== 'Timing') return undefined;
  const events = list(data, 'event').map((event) => (typeof event === 'string' ? spanOfText(event) : undefined));
  const bounds = spanOfPeriod(field(field(data, 'repeat'), 'boundsPeriod'));
  const spans = [...events, bounds].filter((span) => span !== undefined);
  return spans.length === 0
    ? undefined
    : { from: Math.min(...spans.map((span) => span.from)), to: Math.max(...spans.map((span) => span.to)) };
}

function spanOfPeriod(data: unknown): Span | undefined {
  const start = text(data, 'start');
  const end = text(data, 'end');
  if (start === undefined && end === undefined) return undefined;
  return {
    from: start === undefined ? -Infinity : (spanOfText(start)?.from ?? NaN),
    to: end === undefined ? Infinity : (spanOfText(end)?.to ?? NaN),
  };
}

function spanOfText(date: string): Span | undefined {
  const match = DATE.exec(date);
  if (match === null) return undefined;
  const [, year = '', month, day, hour, minute, second, fraction, zone = 'Z'] = match;
  if (month === undefined)
    return { from: Date.parse(`${year}-01-01T00:00:00Z`), to: Date.parse(`${next(year, 4)}-01-01T00:00:00Z`) };
  if (day === undefined) {
    const following = month === '12' ? `${next(year, 4)}-01` : `${year}-${next(month, 2)}`;
    return { from: Date.parse(`${year}-${month}-01T00:00:00Z`), to: Date.parse(`${following}-01T00:00:00Z`) };
  }
  const midnight = Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  if (hour === undefined) return { from: midnight, to: midnight + 86_400_000 };
  const from = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second ?? '00'}${(fraction ?? '').slice(0, 4)}${zone}`,
  );
  const width =
    second === undefined ? 60_000 : fraction === undefined ? 1000 : Math.max(1, 10 ** (4 - fraction.length));
  return { from, to: from + width };
}

function next(digits: string, length: number): string {
  return String(Number(digits) + 1).padStart(length, '0');
}
