import { stringifyJson, type JsonObject } from '../../server/kernel/json.ts';

/** Whether any of these elements is otherwise; numbers with other digits are. */
export function hasChanged(before: JsonObject, after: JsonObject, elements: readonly string[]): boolean {
  return elements.some((element) => {
    const [was, is] = [before[element], after[element]];
    return stringifyJson(was ?? null) !== stringifyJson(is ?? null);
  });
}
