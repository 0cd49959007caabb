import { isObject, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';

/** The text of an element; empty where it has none. */
export function stringOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** `Patient/1` of a Reference to a resource of this server; empty for others. */
export function referenceOf(value: JsonValue | undefined): string {
  const text = stringOf(objectOf(value).reference);
  return /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.test(text) ? text : '';
}

export function referencesOf(list: JsonValue | undefined): readonly string[] {
  return objectsOf(list)
    .map(referenceOf)
    .filter((each) => each !== '');
}

/** `Patient/1` of a resource. */
export function nameOf(resource: JsonObject): string {
  return `${stringOf(resource.resourceType)}/${stringOf(resource.id)}`;
}

/** Codings of a list of CodeableConcepts. */
export function codingsOf(list: JsonValue | undefined): readonly JsonObject[] {
  return objectsOf(list).flatMap(({ coding }) => objectsOf(coding));
}

const TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203';

/** The identifier with a type of table 0203. */
export function identifierOfType(list: JsonValue | undefined, wanted: string): JsonObject | undefined {
  return objectsOf(list).find(({ type }) =>
    objectsOf(objectOf(type).coding).some(({ system, code }) => system === TYPES && code === wanted),
  );
}

/** As people read it: its text, else the first display, else the first code. */
export function conceptText(concept: JsonValue | undefined): string {
  const { text, coding } = objectOf(concept);
  const codings = objectsOf(coding);
  const display = codings.map((each) => stringOf(each.display)).find((each) => each !== '');
  return stringOf(text) || display || stringOf(codings[0]?.code);
}
