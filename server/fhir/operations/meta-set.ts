import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** The lists of Meta that the meta operations work on. https://hl7.org/fhir/R4/resource.html#Meta */
const LISTS = ['profile', 'security', 'tag'] as const;

/** `meta` with the profiles, security labels and tags of `added` that it does not have. */
export function withMeta(meta: JsonObject, added: JsonObject): JsonObject {
  const result = { ...meta };
  for (const name of LISTS) {
    const items = listOf(meta[name]);
    const known = new Set(items.map(identity));
    const fresh = listOf(added[name]).filter((item) => {
      const isNew = !known.has(identity(item));
      known.add(identity(item));
      return isNew;
    });
    if (fresh.length > 0) result[name] = [...items, ...fresh];
  }
  return result;
}

/** `meta` without the profiles, security labels and tags of `removed`; codings are the same by system and code. */
export function withoutMeta(meta: JsonObject, removed: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(meta)) {
    // `_profile` holds extensions of `profile`, item by item.
    const name = key.replace(/^_/, '');
    const gone = new Set(listOf(removed[name]).map(identity));
    const items = listOf(meta[name]);
    if (!isList(name) || !Array.isArray(value)) result[key] = value;
    else {
      const kept = value.filter((_item, index) => !gone.has(identity(items[index] ?? null)));
      if (kept.some((item) => item !== null)) result[key] = kept;
    }
  }
  return result;
}

function isList(name: string): boolean {
  return LISTS.some((list) => list === name);
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function identity(item: JsonValue): string {
  return isObject(item) ? JSON.stringify([item.system ?? '', item.code ?? '']) : JSON.stringify(item);
}
