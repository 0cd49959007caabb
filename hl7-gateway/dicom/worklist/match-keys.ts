import { attributeOf } from '../dimse/attributes.ts';
import { itemsOf, textOf, type DataSet } from '../dimse/data-set.ts';

/**
 * Whether an entry is what a query asks for, by https://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_C.2.2.2.html: keys
 * without value match everything, the others value by value, `*` and `?` in texts, ranges of days and times, items of sequences.
 * Names match whatever their case and accents.
 */
export function matches(entry: DataSet, keys: DataSet): boolean {
  return Object.entries(keys).every(([keyword, value]) => {
    if (keyword === 'SpecificCharacterSet' || isUniversal(value)) return true;
    const attribute = attributeOf(keyword);
    // What no entry has cannot be matched by: the caller is told so.
    if (attribute === undefined) return true;
    if (typeof value !== 'string') {
      const found = itemsOf(entry, keyword);
      return value.some((item) => found.some((each) => matches(each, item)));
    }
    const ranges = RANGES.get(keyword);
    if (ranges !== undefined) return isIn(entry, keys, ranges, keyword);
    const [text, { vr }] = [textOf(entry, keyword), attribute];
    if (vr === 'UI') return value.split('\\').includes(text);
    if (vr === 'DA' || vr === 'TM') return isInRange(text, value, vr === 'DA' ? 8 : 6);
    if (vr === 'PN') return namesMatch(text, value);
    return text.split('\\').some((each) => isLike(each, value));
  });
}

/** Keys with values that no entry has, so that nothing is matched by them. */
export function hasUnknownKeys(keys: DataSet): boolean {
  return Object.entries(keys).some(([keyword, value]) => {
    if (isUniversal(value)) return false;
    if (attributeOf(keyword) === undefined) return true;
    return typeof value !== 'string' && value.some(hasUnknownKeys);
  });
}

function isUniversal(value: string | readonly DataSet[]): boolean {
  if (typeof value === 'string') return value === '' || /^\*+$/.test(value);
  return value.every((item) => Object.values(item).every(isUniversal));
}

interface RangeKeys {
  readonly date: string;
  readonly time: string;
}

const START: RangeKeys = { date: 'ScheduledProcedureStepStartDate', time: 'ScheduledProcedureStepStartTime' };
const END: RangeKeys = { date: 'ScheduledProcedureStepEndDate', time: 'ScheduledProcedureStepEndTime' };
const RANGES: ReadonlyMap<string, RangeKeys> = new Map(
  [START, END].flatMap((range) => [
    [range.date, range],
    [range.time, range],
  ]),
);

/**
 * Ranges of a day and a time are one span, from the first day's time to the last day's
 * (https://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_K.6.html); otherwise each is asked for itself.
 */
function isIn(entry: DataSet, keys: DataSet, { date, time }: RangeKeys, keyword: string): boolean {
  const [days, times] = [textOf(keys, date), textOf(keys, time)];
  const [day, clock] = [textOf(entry, date), textOf(entry, time)];
  if (!days.includes('-') || !times.includes('-')) {
    return keyword === date ? isInRange(day, days, 8) : clock === '' || isInRange(clock, times, 6);
  }
  const [fromDay = '', toDay = ''] = days.split('-');
  const [fromTime = '', toTime = ''] = times.split('-');
  const moment = bound(day, 8, '0') + bound(clock, 6, '0');
  const from = fromDay === '' ? '' : bound(fromDay, 8, '0') + bound(fromTime, 6, '0');
  const to = toDay === '' ? '' : bound(toDay, 8, '9') + bound(toTime, 6, '9');
  return day !== '' && (from === '' || moment >= from) && (to === '' || moment <= to);
}

/** One value, or `from-to` with one side open. Values that are short mean the whole hour or minute. */
function isInRange(text: string, key: string, digits: number): boolean {
  if (text === '') return false;
  const [from = '', to = from] = key.includes('-') ? key.split('-') : [key];
  const value = bound(text, digits, '0');
  const isAfter = from === '' || value >= bound(from, digits, '0');
  return isAfter && (to === '' || value <= bound(to, digits, '9'));
}

/** Digits alone, without the dots and colons of ACR-NEMA; filled up. */
function bound(text: string, digits: number, fill: '0' | '9'): string {
  return text.replace(/\D/g, '').slice(0, digits).padEnd(digits, fill);
}

/** Each group of a name is one: in letters, ideograms, sounds. */
function namesMatch(name: string, key: string): boolean {
  const wanted = plainName(key);
  return (
    name.split('=').some((group) => group !== '' && isLike(plainName(group), wanted)) || isLike(plainName(name), wanted)
  );
}

function plainName(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{Mn}+/gu, '');
  return plain.toLowerCase().replace(/\^+$/, '');
}

/** `*` any characters, `?` one. Takes no longer than the product of both lengths. */
function isLike(text: string, pattern: string): boolean {
  let [at, place, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    const wanted = pattern.charAt(place);
    if (wanted === '*') {
      [star, mark] = [place, at];
      place += 1;
    } else if (wanted === '?' || (wanted !== '' && wanted === text.charAt(at))) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      mark += 1;
      [at, place] = [mark, star + 1];
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(place));
}
