import { isDecimal } from '../../kernel/decimal.ts';
import type { NumberTest, Prefix } from '../tree.ts';
import { prefixOf, PREFIX_LIST } from './prefix.ts';
import { badValue } from './search-faults.ts';

const MAX_DIGITS = 100;
/** 1e1000 has a thousand digits when written out, and nothing measurable is as large. */
const HUGE_EXPONENT = /e[+-]?\d{4}/i;

/** `gt5.40`. https://hl7.org/fhir/R4/search.html#number */
export function numberTest(label: string, value: string): NumberTest {
  const prefix = prefixOf(value);
  return prefixedNumber(label, prefix ?? 'eq', prefix === undefined ? value : value.slice(2));
}

export function prefixedNumber(label: string, prefix: Prefix, text: string): NumberTest {
  if (!isNumber(text)) {
    throw badValue(
      label,
      text,
      `Give a number of at most ${MAX_DIGITS} digits, with one of the prefixes ${PREFIX_LIST} or none, for example gt5.4.`,
    );
  }
  return { is: 'number', prefix, value: text };
}

/** Whether a client may search for this number. */
export function isNumber(text: string): boolean {
  return text.length <= MAX_DIGITS && isDecimal(text) && !HUGE_EXPONENT.test(text);
}
