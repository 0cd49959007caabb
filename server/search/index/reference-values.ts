import { isObject, type JsonValue } from '../../kernel/json.ts';
import type { ReferenceReader, ReferenceTarget } from './reference-target.ts';
import { textOf, type IndexedValue } from './values.ts';

const NONE: readonly ReferenceTarget[] = [];

/**
 * What a reference parameter finds in a value: a Reference, a canonical or uri (with and without its version), or the
 * resource itself where the expression leads to one (Bundle.entry[0].resource).
 */
export function referencesOf({ value, type }: IndexedValue, reader: ReferenceReader): readonly ReferenceTarget[] {
  if (typeof value === 'string') return type === 'Reference' ? NONE : canonical(value);
  if (!isObject(value)) return NONE;
  if (type === 'Reference') {
    const target = reader(textOf(value, 'reference') ?? '');
    return target === undefined ? NONE : [target];
  }
  return resource(value.resourceType, value.id);
}

function canonical(url: string): readonly ReferenceTarget[] {
  if (url === '' || url.startsWith('#')) return NONE;
  return canonicalForms(url).map((text) => ({ text }));
}

/** `http://x|1.0` is found as itself and as `http://x`. */
export function canonicalForms(url: string): readonly string[] {
  const bar = url.indexOf('|');
  return bar <= 0 ? [url] : [url.slice(0, bar), url];
}

function resource(type: JsonValue | undefined, id: JsonValue | undefined): readonly ReferenceTarget[] {
  return typeof type === 'string' && typeof id === 'string' ? [{ text: `${type}/${id}`, type, id }] : NONE;
}
