import type { JsonObject } from '../../../../server/kernel/json.ts';
import { objectOf, objectsOf, textOf, textsOf } from '../../../map/json.ts';

/** Components of a PN: family, given, middle, prefix, suffix. https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.html#sect_6.2.1.2 */
function components(name: string): readonly string[] {
  return name.split('^').map((part) => part.trim());
}

/** As people read it: `Dr. Jane Ann Doe`. */
export function readableName(name: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = components(name);
  const text = [prefix, given, middle, family].filter((part) => part !== '').join(' ');
  return [text, suffix].filter((part) => part !== '').join(', ');
}

/** As a HumanName: what is compared with a Patient's names. */
export function humanNameOf(name: string): JsonObject {
  const [family = '', given = '', middle = ''] = components(name);
  const givens = [given, middle].filter((part) => part !== '');
  return { ...(family === '' ? {} : { family }), ...(givens.length === 0 ? {} : { given: givens }) };
}

const USES = ['official', 'usual', undefined];

/** A Patient's name as a PN, by the day `2026-11-26`; empty where it has none. */
export function dicomName({ name }: JsonObject, today: string): string {
  const names = objectsOf(name).filter((each) => each.use !== 'old' && !isOver(each, today));
  const chosen = USES.map((use) => names.find((each) => each.use === use)).find((each) => each !== undefined);
  if (chosen === undefined) return '';
  const [first = '', ...more] = textsOf(chosen.given);
  const parts = [
    textOf(chosen.family) || (first === '' ? textOf(chosen.text) : ''),
    first,
    more.join(' '),
    textsOf(chosen.prefix).join(' '),
    textsOf(chosen.suffix).join(' '),
  ];
  // A component takes 64 characters, and none of those that part components and groups.
  return parts
    .map((part) =>
      part
        .replace(/[\\^=\p{Cc}]+/gu, ' ')
        .trim()
        .slice(0, 64),
    )
    .join('^')
    .replace(/\^+$/, '');
}

/** Whether the period of a name or an identifier has ended before the day. */
export function isOver({ period }: JsonObject, today: string): boolean {
  const end = textOf(objectOf(period).end);
  return end !== '' && end < today.slice(0, end.length);
}
