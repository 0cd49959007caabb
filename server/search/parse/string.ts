import { foldText } from '../index/fold-text.ts';
import type { StringTest } from '../tree.ts';
import { badValue } from './search-faults.ts';
import { unescape } from './split-value.ts';

/** https://hl7.org/fhir/R4/search.html#string */
export function stringTest(label: string, mode: StringTest['mode'], value: string): StringTest {
  return { is: 'string', mode, value: mode === 'exact' ? unescape(value) : wordsOf(label, value) };
}

/**
 * Text that is searched without case and accents.
 * @throws Fault 400 when nothing is left of it: an empty text would find everything
 */
export function wordsOf(label: string, value: string): string {
  const text = unescape(value);
  if (foldText(text) === '') throw badValue(label, value, 'Give a text with at least one letter, digit or sign.');
  return text;
}
