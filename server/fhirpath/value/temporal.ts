/** Dates, times and what is between them. https://hl7.org/fhirpath/N1/#time-valued-quantities */
export interface Temporal {
  readonly kind: 'date' | 'dateTime' | 'time';
  /** How many of year, month, day, hour, minute, second are written; of a time, 4 to 6. */
  readonly precision: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Digits after the seconds' point; empty without one. */
  readonly fraction: string;
  /** Minutes east of UTC; undefined when no zone is written. */
  readonly zone: number | undefined;
}

const FORM =
  /^(?:(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?)?(T?)(?:(\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?)?(Z|[+-]\d{2}:\d{2})?$/;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `2026-11`, `2026-11-25T14:30:00.5+01:00`, `14:30`; undefined when it is none or no such day exists. */
export function parseTemporal(text: string, kind: Temporal['kind']): Temporal | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, mark, hour, minute, second, fraction = '', zoneText] = match;
  const isTime = kind === 'time';
  if (isTime ? year !== undefined || hour === undefined || zoneText !== undefined : year === undefined)
    return undefined;
  if (hour !== undefined && !isTime && (day === undefined || mark === '')) return undefined;
  if (kind === 'date' && mark !== '') return undefined;
  if (zoneText !== undefined && hour === undefined) return undefined;
  const found: Temporal = {
    kind,
    precision: precisionOf(isTime ? ['', '', ''] : [year, month, day], [hour, minute, second]),
    year: Number(year ?? 1970),
    month: Number(month ?? 1),
    day: Number(day ?? 1),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    fraction,
    zone: zoneText === undefined ? undefined : zoneMinutes(zoneText),
  };
  return exists(found) ? found : undefined;
}

function precisionOf(day: readonly (string | undefined)[], time: readonly (string | undefined)[]): number {
  return [...day, ...time].filter((part) => part !== undefined).length;
}

function zoneMinutes(text: string): number {
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  return text.startsWith('-') ? -minutes : minutes;
}

function exists({ year, month, day, hour, minute, second, zone = 0 }: Temporal): boolean {
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  return isDay && hour <= 23 && minute <= 59 && second <= 60 && Math.abs(zone) <= 14 * 60;
}

export function daysIn(year: number, month: number): number {
  return new Date(utc(year, month + 1, 0)).getUTCDate();
}

/** Date.UTC takes years below 100 for those of the last century. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

/** What a text stands for: ms since 1970, the end not included; a time to the second is an instant. */
interface Span {
  readonly low: number;
  readonly high: number;
}

function spanOf(temporal: Temporal): Span {
  const { year, month, day, hour, minute, second, fraction, precision, zone = 0 } = temporal;
  const start = (temporal.kind === 'time' ? 0 : utc(year, month, day)) + hour * HOUR + minute * MINUTE + second * 1000;
  const low = start + (fraction === '' ? 0 : Number(`0.${fraction}`) * 1000) - zone * MINUTE;
  if (precision >= 6) return { low, high: low };
  if (precision >= 3) return { low, high: low + ([DAY, HOUR, MINUTE][precision - 3] ?? DAY) };
  return { low, high: precision === 2 ? utc(year, month + 1, 1) : utc(year + 1, 1, 1) };
}

/** Negative, 0 or positive; undefined where precision or time zone leave it open. */
export function compareTemporal(a: Temporal, b: Temporal): number | undefined {
  const left = spanOf(a);
  const right = spanOf(b);
  const isZonedAlike = (a.zone === undefined) === (b.zone === undefined);
  if (isZonedAlike && a.precision === b.precision) return Math.sign(left.low - right.low);
  const [x, y] = isZonedAlike ? [left, right] : [widened(a, left), widened(b, right)];
  if (x.low === x.high ? x.high < y.low : x.high <= y.low) return -1;
  if (y.low === y.high ? y.high < x.low : y.high <= x.low) return 1;
  return undefined;
}

/** Without a zone it may be that of any place on earth. */
function widened({ zone }: Temporal, { low, high }: Span): Span {
  return zone === undefined ? { low: low - 14 * HOUR, high: high + 12 * HOUR } : { low, high };
}

/** Equal texts for equal dates and times. */
export function temporalKey(temporal: Temporal): string {
  const isZoned = temporal.zone !== undefined;
  return `${temporal.kind === 'time' ? 't' : 'd'}${Math.min(temporal.precision, 6)}${isZoned ? 'z' : ''}${spanOf(temporal).low}`;
}

/** The text of one with other parts, as precise as it is. */
export function temporalText(temporal: Temporal): string {
  const { kind, precision, year, month, day, hour, minute, second, fraction, zone } = temporal;
  const date = [pad(year, 4), pad(month), pad(day)].slice(0, Math.min(precision, 3)).join('-');
  const seconds = fraction === '' ? pad(second) : `${pad(second)}.${fraction}`;
  const time = [pad(hour), pad(minute), seconds].slice(0, Math.max(precision - 3, 0)).join(':');
  if (kind === 'time') return time;
  return time === '' ? date : `${date}T${time}${zoneText(zone)}`;
}

function zoneText(zone: number | undefined): string {
  if (zone === undefined) return '';
  if (zone === 0) return 'Z';
  const minutes = Math.abs(zone);
  return `${zone < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}

/** The same as `text`s' places on the clock: for two of one form, with one zone or none, letters order as times do. */
export function compareTemporalTexts(a: string, b: string): number | undefined {
  if (a === b) return 0;
  const isOneForm = a.length === b.length && (a.length <= 10 || a.slice(19) === b.slice(19));
  return isOneForm ? (a < b ? -1 : 1) : undefined;
}
