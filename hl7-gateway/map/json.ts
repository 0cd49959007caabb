import { isObject, type JsonObject, type JsonValue } from '../../server/kernel/json.ts';

/** The text of an element; empty where it has none. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

export function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** `Patient/1` of a Reference to a resource of this server; empty for others. */
export function referenceOf(value: JsonValue | undefined): string {
  const text = textOf(objectOf(value).reference);
  return /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.test(text) ? text : '';
}

/** Codes of a CodeableConcept. */
export function codesOf(concept: JsonValue | undefined): readonly string[] {
  return objectsOf(objectOf(concept).coding).map(({ code }) => textOf(code));
}

/** Value of the extension with that url: the object that holds `value[x]`. */
export function extensionOf(resource: JsonObject, url: string): JsonObject {
  return objectsOf(resource.extension).find((each) => each.url === url) ?? {};
}
