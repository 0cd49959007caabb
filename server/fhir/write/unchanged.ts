import { isObject, numberText, parseJson, type JsonArray, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/**
 * Whether two body tails say the same: equal texts, or the same content with properties in another order.
 * Texts of different length cannot, which spares the parse almost always.
 */
export function sameContent(before: string, after: string): boolean {
  if (before === after) return true;
  if (before.length !== after.length) return false;
  return sameValue(parseTail(before), parseTail(after));
}

function parseTail(tail: string): JsonValue {
  return parseJson(`{"meta":{"_":0${tail.startsWith('}') ? '' : ','}${tail}`, { maxDepth: 256 });
}

/** Whether the values say the same, in whatever order their properties stand. */
export function sameValue(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameMember(a, b, String(index), item, b[index]));
  }
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && sameMember(a, b, key, a[key], b[key]))
    );
  }
  return a === b;
}

function sameMember(
  parentA: JsonObject | JsonArray,
  parentB: JsonObject | JsonArray,
  key: string,
  a: JsonValue | undefined,
  b: JsonValue | undefined,
): boolean {
  if (typeof a === 'number') return numberText(parentA, key) === numberText(parentB, key);
  return sameValue(a, b);
}
