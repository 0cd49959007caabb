import { EXACT, isObject, type JsonArray, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';

/** The value with every text that is a `urn:uuid:…` of the links replaced by what it leads to. */
export function relinked(value: JsonObject, links: ReadonlyMap<string, string>): JsonObject {
  return relinkedObject(value, links);
}

function relinkedObject(value: JsonObject, links: ReadonlyMap<string, string>): JsonObject {
  let copy: JsonObject | undefined;
  for (const [name, item] of Object.entries(value)) {
    const replaced = relinkedValue(item, links);
    if (replaced !== item) (copy ??= { ...value })[name] = replaced;
  }
  return copy ?? value;
}

function relinkedValue(value: JsonValue | undefined, links: ReadonlyMap<string, string>): JsonValue | undefined {
  if (typeof value === 'string') return value.startsWith('urn:uuid:') ? (links.get(value) ?? value) : value;
  if (Array.isArray(value)) return relinkedList(value, links);
  return isObject(value) ? relinkedObject(value, links) : value;
}

function relinkedList(list: JsonArray, links: ReadonlyMap<string, string>): JsonArray {
  let copy: JsonArray | undefined;
  list.forEach((item, place) => {
    const replaced = relinkedValue(item, links);
    if (replaced === item || replaced === undefined) return;
    if (copy === undefined) {
      copy = [...list];
      if (list[EXACT] !== undefined) copy[EXACT] = list[EXACT];
    }
    copy[place] = replaced;
  });
  return copy ?? list;
}
