import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssue, type Walk } from '../walk.ts';
import { equalValues } from './compare-values.ts';
import { extensionValues, ITEM_EXTENSIONS, typedValue, type TypedValue } from './item-extensions.ts';
import type { ResponseNode } from './response-tree.ts';

/** Options such as "none of these", which stand alone. */
export function exclusiveOptions({ answerOption }: JsonObject): readonly TypedValue[] {
  if (!Array.isArray(answerOption)) return [];
  return answerOption.flatMap((option) => {
    if (!isObject(option) || extensionValues(option, ITEM_EXTENSIONS.optionExclusive)[0]?.value !== true) return [];
    return typedValue(option) ?? [];
  });
}

export function checkExclusive(nodes: readonly ResponseNode[], exclusive: readonly TypedValue[], walk: Walk): void {
  if (exclusive.length === 0) return;
  const answers = nodes.flatMap((node) => node.answers.flatMap(({ value }) => typedValue(value) ?? []));
  if (answers.length < 2) return;
  for (const option of exclusive) {
    if (!answers.some((answer) => equalValues(answer, option))) continue;
    const { value } = option;
    const name = isObject(value) ? String(value.display ?? value.code) : String(value);
    addIssue(walk, 'value', `"${name}" excludes other answers. Expected is that answer alone, or others.`);
  }
}
