import { isObject, numberText, type JsonArray, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';

/** Whether two values say the same; the order of properties does not matter, digits of numbers do. */
export function isSameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((_, place) => isSameMember(a, b, String(place)));
  }
  if (isObject(a)) {
    if (!isObject(b)) return false;
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].every((name) => isSameMember(a, b, name));
  }
  return a === b;
}

function isSameMember(a: JsonObject | JsonArray, b: JsonObject | JsonArray, name: string): boolean {
  const [one, other] = [(a as JsonObject)[name], (b as JsonObject)[name]];
  if (typeof one === 'number' && typeof other === 'number') return numberText(a, name) === numberText(b, name);
  return isSameJson(one, other);
}
