import { isObject, type JsonObject } from '../../kernel/json.ts';
import { listOf, type IndexedValue } from './values.ts';

/** The searchable parts of a HumanName and an Address; each is a slot of its own (`name.family`, `address.city`). */
export const STRING_PARTS: Readonly<Record<string, readonly string[]>> = {
  HumanName: ['text', 'family', 'given', 'prefix', 'suffix'],
  Address: ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'],
};
const OTHER_PARTS: Readonly<Record<string, readonly string[]>> = {
  CodeableConcept: ['text'],
  Coding: ['display'],
  Annotation: ['text'],
  Reference: ['display'],
};

/** What a string parameter finds in a value, as written. https://hl7.org/fhir/R4/search.html#string */
export function stringsOf({ value, type }: IndexedValue): readonly string[] {
  if (typeof value === 'string') return [value];
  if (!isObject(value)) return [];
  const parts = STRING_PARTS[type] ?? OTHER_PARTS[type] ?? [];
  return parts.flatMap((part) => texts(value, part));
}

function texts(object: JsonObject, property: string): string[] {
  return listOf(object[property]).filter((text) => typeof text === 'string');
}
