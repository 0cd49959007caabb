import { charge } from './cost.ts';
import { badValue } from './search-faults.ts';
import type { Scope } from './search-input.ts';

/** One of the values that commas separate; longer ones are no codes, names or URLs. */
const MAX_SINGLE = 4000;

/**
 * The alternatives that commas separate, still escaped; empty ones are left out.
 * @throws Fault 400 when there are too many, one is too long, or none is left
 */
export function alternatives(scope: Scope, label: string, value: string): readonly string[] {
  const parts = splitAt(value, ',').filter((part) => part !== '');
  if (parts.length === 0) throw badValue(label, value, 'Give at least one value that is not empty.');
  if (parts.length > scope.maxValues) {
    throw badValue(
      label,
      value,
      `It lists ${parts.length} values; at most ${scope.maxValues} are taken.`,
      'too-costly',
    );
  }
  charge(scope, label, parts.length);
  for (const part of parts) {
    if (part.length > MAX_SINGLE) {
      throw badValue(label, part, `It has ${part.length} characters; at most ${MAX_SINGLE} are taken.`, 'too-long');
    }
  }
  return parts;
}

/**
 * Splits where the separator stands without a backslash; the parts keep their escapes.
 * https://hl7.org/fhir/R4/search.html#escaping
 */
export function splitAt(text: string, separator: ',' | '$' | '|'): string[] {
  if (!text.includes('\\')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const c = text.charAt(at);
    if (c === '\\') at += 1;
    else if (c === separator) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** `\,` `\$` `\|` `\\` become the character; another backslash stands for itself. */
export function unescape(text: string): string {
  return text.includes('\\') ? text.replace(/\\([,$|\\])/g, '$1') : text;
}
