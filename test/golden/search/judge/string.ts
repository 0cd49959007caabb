import { list } from './json.ts';
import { plain } from './split.ts';
import type { Value } from './values.ts';

const PARTS: Readonly<Record<string, readonly string[]>> = {
  HumanName: ['text', 'family', 'given', 'prefix', 'suffix'],
  Address: ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'],
};

/** https://hl7.org/fhir/R4/search.html#string */
export function stringMatches(value: Value, modifier: string, wanted: string): boolean {
  return stringsOf(value).some((found) => {
    if (modifier === 'exact') return found === plain(wanted);
    return modifier === 'contains'
      ? folded(found).includes(folded(plain(wanted)))
      : folded(found).startsWith(folded(plain(wanted)));
  });
}

export function stringsOf({ type, data }: Value): readonly string[] {
  const found = typeof data === 'string' ? [data] : (PARTS[type] ?? []).flatMap((part) => list(data, part));
  return found.filter((item) => typeof item === 'string');
}

/** "insensitive to case and accents"; the letter ł is an l with a stroke, not with an accent that Unicode takes apart. */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ł', 'l').replace(/\s+/g, ' ').trim();
}
