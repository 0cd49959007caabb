import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { addIssueAt, type Walk } from '../walk.ts';

/** A stored expansion lists no more than it says that there are. */
export function checkExpansion({ expansion }: JsonObject, walk: Walk): void {
  if (!isObject(expansion) || typeof expansion.total !== 'number') return;
  const listed = countOf(expansion.contains);
  if (listed <= expansion.total) return;
  const text = `The expansion lists ${listed} codes, more than its total of ${expansion.total}. Expected is a total of at least ${listed}.`;
  addIssueAt(walk, ['expansion', 'total'], 'value', text);
}

/** Entries that only group others are not counted. */
function countOf(contains: JsonValue | undefined): number {
  let count = 0;
  const open: (JsonValue | undefined)[] = [contains];
  while (open.length > 0) {
    const list = open.pop();
    if (!Array.isArray(list)) continue;
    for (const entry of list) {
      if (!isObject(entry)) continue;
      if (entry.code !== undefined && entry.abstract !== true) count += 1;
      if (entry.contains !== undefined) open.push(entry.contains);
    }
  }
  return count;
}
