import { parseJson, type JsonArray, type JsonLimits, type JsonObject, type JsonValue } from '../kernel/json.ts';

const COMMENTS = 'fhir_comments';

/**
 * FHIR JSON as a tree. `fhir_comments`, which DSTU2 had and old tools still write, is dropped.
 * @throws JsonSyntaxError
 */
export function readJson(text: string, limits?: JsonLimits): JsonValue {
  const value = parseJson(text, limits);
  if (text.includes(COMMENTS)) dropComments(value);
  return value;
}

/** Whether anything is left of a value after its comments went. */
function dropComments(value: JsonValue): boolean {
  if (value === null || typeof value !== 'object') return true;
  return Array.isArray(value) ? dropFromArray(value) : dropFromObject(value);
}

function dropFromObject(object: JsonObject): boolean {
  const wasEmpty = Object.keys(object).length === 0;
  Reflect.deleteProperty(object, COMMENTS);
  for (const key of Object.keys(object)) {
    const member = object[key];
    if (member !== undefined && !dropComments(member)) Reflect.deleteProperty(object, key);
  }
  return wasEmpty || Object.keys(object).length > 0;
}

/** Items keep their places, because companions (`_given`) are aligned with their values. */
function dropFromArray(array: JsonArray): boolean {
  let left = array.length === 0;
  for (const [index, item] of array.entries()) {
    if (item === null) continue;
    if (dropComments(item)) left = true;
    else array[index] = null;
  }
  return left;
}
