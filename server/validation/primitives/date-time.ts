/** Dates and times of FHIR, read by hand: calendar-true and linear. https://hl7.org/fhir/R4/datatypes.html#dateTime */
const DASH = 45;
const DOT = 46;
const COLON = 58;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, from year 1 to 9999. */
export function isDate(text: string): boolean {
  return (text.length === 4 || text.length === 7 || text.length === 10) && startsWithDate(text, text.length);
}

/** A date, or an instant. */
export function isDateTime(text: string): boolean {
  return text.length <= 10 ? isDate(text) : isInstant(text);
}

/** `YYYY-MM-DDThh:mm:ss`, any fraction of a second, and `Z` or an offset. */
export function isInstant(text: string): boolean {
  if (text[10] !== 'T' || !startsWithDate(text, 10)) return false;
  const end = timeEnd(text, 11);
  return end !== undefined && isZone(text, end);
}

/** `hh:mm:ss` and any fraction of a second, without a zone. */
export function isTime(text: string): boolean {
  return timeEnd(text, 0) === text.length;
}

function startsWithDate(text: string, length: number): boolean {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  if (!(year >= 1)) return false;
  if (length === 4) return true;
  const month = twoDigits(text, 5);
  if (text.charCodeAt(4) !== DASH || !(month >= 1 && month <= 12)) return false;
  if (length === 7) return true;
  const day = twoDigits(text, 8);
  return text.charCodeAt(7) === DASH && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

/** Where the time that starts at `at` ends; undefined when there is none. Second 60 is a leap second. */
function timeEnd(text: string, at: number): number | undefined {
  if (!(twoDigits(text, at) <= 23) || text.charCodeAt(at + 2) !== COLON) return undefined;
  if (!(twoDigits(text, at + 3) <= 59) || text.charCodeAt(at + 5) !== COLON) return undefined;
  if (!(twoDigits(text, at + 6) <= 60)) return undefined;
  let end = at + 8;
  if (text.charCodeAt(end) !== DOT) return end;
  end += 1;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end > at + 9 ? end : undefined;
}

/** `Z`, or an offset up to 14:00. */
function isZone(text: string, at: number): boolean {
  const sign = text[at];
  if (sign === 'Z') return text.length === at + 1;
  if ((sign !== '+' && sign !== '-') || text.length !== at + 6 || text.charCodeAt(at + 3) !== COLON) return false;
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 4);
  return (hours <= 13 && minutes <= 59) || (hours === 14 && minutes === 0);
}

/** NaN when there are none. */
function twoDigits(text: string, at: number): number {
  const high = text.charCodeAt(at);
  const low = text.charCodeAt(at + 1);
  return isDigit(high) && isDigit(low) ? (high - 48) * 10 + low - 48 : NaN;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
