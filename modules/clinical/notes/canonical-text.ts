import { decimalText, type AnyResource } from '#sdk';

/**
 * What a signature covers: the resource without `meta` (which the server keeps), as JSON with sorted keys, no white space,
 * and numbers as they were written.
 */
export function canonicalText({ meta: _, ...content }: AnyResource): string {
  return canonical(content);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each, index) => member(value, String(index), each)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => `${JSON.stringify(name)}:${member(value, name, each)}`);
  return `{${members.join(',')}}`;
}

function member(parent: object, name: string, value: unknown): string {
  return typeof value === 'number'
    ? (decimalText(parent as Readonly<Record<string, unknown>>, name) ?? String(value))
    : canonical(value);
}
