import { ParseFailure } from './parse-failure.ts';
import type { Delimiters } from './parsed-message.ts';

/** What nearly everybody uses. HL7 v2.5.1 §2.5.4. */
export const STANDARD_DELIMITERS: Delimiters = {
  field: '|',
  component: '^',
  repetition: '~',
  escape: '\\',
  subcomponent: '&',
};

/** Segments whose first field is the field separator itself. */
export function isHeaderName(name: string): boolean {
  return name === 'MSH' || name === 'FHS' || name === 'BHS';
}

/**
 * Reads MSH-1 and MSH-2 (also of FHS and BHS). What MSH-2 does not name is not in use (`''`); an empty MSH-2 stands for the
 * standard one.
 * @param header text that begins with the segment's name
 * @throws ParseFailure where no separator follows the name
 */
export function readDelimiters(header: string): Delimiters {
  const field = String.fromCodePoint(header.codePointAt(3) ?? 13);
  if (/[\p{L}\p{N}\r\n]/u.test(field)) throw new ParseFailure('no field separator follows MSH', 'MSH^1^1', '101');
  const from = 3 + field.length;
  const end = header.slice(from).search(/[\r\n]/);
  const line = end === -1 ? header.slice(from) : header.slice(from, from + end);
  const [encoding = ''] = line.split(field, 1);
  if (encoding === '') return { ...STANDARD_DELIMITERS, field };
  const [component = '', repetition = '', escape = '', subcomponent = '', truncation] = Array.from(encoding);
  return {
    field,
    component,
    repetition,
    escape,
    subcomponent,
    ...(truncation === undefined ? {} : { truncation }),
  };
}

/** MSH-2 of these delimiters. */
export function encodingCharacters(delimiters: Delimiters): string {
  const { component, repetition, escape, subcomponent, truncation = '' } = delimiters;
  return component + repetition + escape + subcomponent + truncation;
}
