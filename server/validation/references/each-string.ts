import type { JsonObject, JsonValue } from '../../kernel/json.ts';

/** Every string below a value, however deep it stands. */
export function eachString(value: JsonValue, visit: (text: string) => void): void {
  const open: (JsonValue | undefined)[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') visit(next);
    else if (Array.isArray(next)) for (const item of next) open.push(item);
    else if (typeof next === 'object' && next !== null) addValues(next, open);
  }
}

function addValues(object: JsonObject, open: (JsonValue | undefined)[]): void {
  for (const key in object) open.push(object[key]);
}
