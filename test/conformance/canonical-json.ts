import { isObject, numberText, type JsonValue } from '../../server/kernel/json.ts';

/** A text that is equal for equal trees: members sorted, arrays in order, numbers by their digits. */
export function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) {
    return `[${value.map((item, index) => numberText(value, String(index)) ?? canonical(item)).join()}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((key) => `${key}:${numberText(value, key) ?? canonical(value[key])}`).join()}}`;
}
