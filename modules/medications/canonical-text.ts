import { decimalText } from '#sdk';

/**
 * The same text for the same content, whatever the order of its properties; decimals with their digits. As
 * https://www.rfc-editor.org/rfc/rfc8785, but for numbers, which FHIR keeps as they were written.
 */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (value === null || typeof value !== 'object') return value === undefined ? 'null' : JSON.stringify(value);
  const object = value as Readonly<Record<string, unknown>>;
  const properties = Object.keys(object)
    .filter((name) => object[name] !== undefined)
    .sort()
    .map((name) => {
      const each = object[name];
      const text = typeof each === 'number' ? (decimalText(object, name) ?? String(each)) : canonicalText(each);
      return `${JSON.stringify(name)}:${text}`;
    });
  return `{${properties.join(',')}}`;
}
