import { isObject, keepNumberText, numberText, type JsonObject, type JsonValue } from '../../server/kernel/json.ts';

/** The text at a key; undefined when there is none or it is something else. */
export function textAt(parent: JsonObject | undefined, key: string): string | undefined {
  const value = parent?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function objectAt(parent: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = parent?.[key];
  return isObject(value) ? value : undefined;
}

/** The objects of an array; whatever else stands there is left out. */
export function objectsAt(parent: JsonObject | undefined, key: string): readonly JsonObject[] {
  const value = parent?.[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function textsAt(parent: JsonObject | undefined, key: string): readonly string[] {
  const value = parent?.[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The extensions of an element with this url. */
export function extensionsOf(element: JsonObject | undefined, url: string): readonly JsonObject[] {
  return objectsAt(element, 'extension').filter((extension) => extension.url === url);
}

interface Given {
  readonly type: string;
  readonly value: JsonObject[string];
  /** The digits of a number as they are written. */
  readonly digits?: string;
}

/** `value[x]` of an element: the name of the property and what stands there. */
export function valueOf(element: JsonObject): Given | undefined {
  for (const key of Object.keys(element)) {
    if (!/^value[A-Z]/.test(key) || element[key] === undefined) continue;
    const digits = numberText(element, key);
    return { type: key, value: element[key], ...(digits === undefined ? {} : { digits }) };
  }
  return undefined;
}

/** A primitive value as it is written; undefined for an object. */
export function primitiveText(value: JsonObject[string]): string | undefined {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
}

/** `url|version`, or the url alone. */
export function canonicalOf(url: string, version: string | undefined): string {
  return version === undefined ? url : `${url}|${version}`;
}

export function splitCanonical(canonical: string): { readonly url: string; readonly version: string | undefined } {
  const [url = '', version] = canonical.split('|', 2);
  return { url, version: version === '' ? undefined : version };
}

/** An object with a value, whose digits are kept: `{ valueDecimal: 1.20 }`. */
export function withValue(type: string, value: JsonValue, digits: string | undefined): JsonObject {
  const element: JsonObject = { [type]: value };
  if (digits !== undefined && digits !== String(value)) keepNumberText(element, type, digits);
  return element;
}
