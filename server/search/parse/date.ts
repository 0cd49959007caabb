import { dateRange } from '../index/date-range.ts';
import type { DateTest, Prefix } from '../tree.ts';
import { prefixOf, PREFIX_LIST } from './prefix.ts';
import { badValue } from './search-faults.ts';

/** `ge2024-02-01`. https://hl7.org/fhir/R4/search.html#date */
export function dateTest(label: string, value: string): DateTest {
  const prefix = prefixOf(value);
  return prefixedDate(label, prefix ?? 'eq', prefix === undefined ? value : value.slice(2));
}

export function prefixedDate(label: string, prefix: Prefix, text: string): DateTest {
  // A date holds no space: there stood the `+` of a time zone that was not encoded as %2B.
  const range = dateRange(text.replace(' ', '+'));
  if (range === undefined) {
    throw badValue(
      label,
      text,
      'Give a date of the calendar as YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss[.sss]][Z|±hh:mm], ' +
        `with one of the prefixes ${PREFIX_LIST} or none, for example ge2024-02-01.`,
    );
  }
  return { is: 'date', prefix, low: range.low, high: range.high };
}
