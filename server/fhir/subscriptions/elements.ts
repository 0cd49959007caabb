import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** Reading of elements whose shape validation has checked, or that need not be there. */
export function textOf(object: JsonObject | undefined, key: string): string | undefined {
  const value = object?.[key];
  return typeof value === 'string' ? value : undefined;
}

export function objectOf(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = object?.[key];
  return isObject(value) ? value : undefined;
}

export function objectsOf(object: JsonObject | undefined, key: string): readonly JsonObject[] {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter((item) => isObject(item)) : [];
}

export function textsOf(object: JsonObject | undefined, key: string): readonly string[] {
  const value = object?.[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The values (`value[x]`) of an element's extensions with a URL. */
export function extensionValues(object: JsonObject | undefined, url: string): readonly JsonValue[] {
  return objectsOf(object, 'extension')
    .filter((extension) => extension.url === url)
    .flatMap((extension) =>
      Object.keys(extension)
        .filter((key) => key.startsWith('value'))
        .slice(0, 1)
        .map((key) => extension[key] ?? null),
    );
}

export function extensionText(object: JsonObject | undefined, url: string): string | undefined {
  return extensionValues(object, url).find((value) => typeof value === 'string');
}

export function extensionNumber(object: JsonObject | undefined, url: string): number | undefined {
  return extensionValues(object, url).find((value) => typeof value === 'number');
}
