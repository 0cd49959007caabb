import { isObject, type JsonArray, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { valueAt, type Place } from './json-place.ts';
import { malformed, unfit } from './patch-faults.ts';

const INDEX = /^(?:0|[1-9][0-9]{0,9})$/;
const BAD_ESCAPE = /~(?![01])/;

/**
 * The tokens of a JSON Pointer. https://www.rfc-editor.org/rfc/rfc6901
 * @throws Fault 400
 */
export function parsePointer(text: string, place: string): readonly string[] {
  if (text === '') return [];
  if (!text.startsWith('/') || BAD_ESCAPE.test(text)) {
    throw malformed('A JSON Pointer looks like /name/0/given; "~" is written ~0 and "/" is written ~1.', place);
  }
  const tokens = text.slice(1).split('/');
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * The object or array that the last token is a member of, with that token.
 * @param root holds the document under the first token
 * @throws Fault 422 when there is none, 400 for a name that is never one of an element
 */
export function placeOf(root: JsonObject, tokens: readonly string[], place: string): Place {
  let parent: JsonObject | JsonArray = root;
  for (const [index, key] of tokens.entries()) {
    if (key === '__proto__') throw malformed('The property name __proto__ is not allowed.', place);
    if (index === tokens.length - 1) return { parent, key };
    const next: JsonValue | undefined = hasMember(parent, key) ? valueAt({ parent, key }) : undefined;
    if (!isObject(next) && !Array.isArray(next)) {
      const missing = tokens.slice(1, index + 1).join('/');
      throw unfit(`The resource has no object or array at "/${missing}".`, place);
    }
    parent = next;
  }
  throw new Error('a pointer without tokens');
}

/**
 * Whether something stands there.
 * @throws never: what is no index is no member of an array
 */
export function hasMember(parent: JsonObject | JsonArray, key: string): boolean {
  return Array.isArray(parent) ? INDEX.test(key) && Number(key) < parent.length : Object.hasOwn(parent, key);
}

/**
 * The index at which an item may be added: `-` is behind the last one.
 * @throws Fault 422
 */
export function insertionIndex(array: JsonArray, key: string, place: string): number {
  const index = key === '-' ? array.length : INDEX.test(key) ? Number(key) : Infinity;
  if (index > array.length) {
    throw unfit(
      `"${key.slice(0, 64)}" is no place in a list of ${array.length}: use 0 to ${array.length}, or "-".`,
      place,
    );
  }
  return index;
}
