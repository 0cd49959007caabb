import { decimalText } from '#sdk';

/**
 * JSON in one form: no spaces, members in the order of their names' UTF-16 code units, numbers with the digits that they
 * were written with (1.50 is not 1.5), nothing that is undefined. After https://www.rfc-editor.org/rfc/rfc8785, which would
 * drop those digits.
 */
export function canonicalText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${memberText(value, name, member)}`);
  return `{${members.join(',')}}`;
}

function memberText(parent: object, name: string, member: unknown): string {
  const digits = typeof member === 'number' ? decimalText(parent as Record<string, unknown>, name) : undefined;
  return digits ?? canonicalText(member);
}

/** SHA-256 of a text's UTF-8 bytes, in hexadecimal digits. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
