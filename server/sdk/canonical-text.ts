import { decimalText } from './decimal-text.ts';

/**
 * JSON in one form, for what is signed, hashed or compared: no spaces, members in the order of their names' UTF-16 code units,
 * numbers with the digits that they were written with (1.50 is not 1.5), nothing that is undefined. As
 * https://www.rfc-editor.org/rfc/rfc8785, which would drop those digits.
 */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each, index) => memberText(value, String(index), each)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${memberText(value, name, member)}`);
  return `{${members.join(',')}}`;
}

function memberText(parent: object, name: string, member: unknown): string {
  const digits =
    typeof member === 'number' ? decimalText(parent as Readonly<Record<string, unknown>>, name) : undefined;
  return digits ?? canonicalText(member);
}
