import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { Walk } from '../walk.ts';

const ANCHOR = /\s(?:id|name)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const known = new WeakMap<Walk, ReadonlySet<string>>();

/** Whether `#id` leads somewhere: an element with the id in a narrative, or an id in the outermost resource. */
export function isTarget(id: string, walk: Walk): boolean {
  const root = walk.resources[0]?.resource;
  if (root === undefined) return false;
  let targets = known.get(walk);
  if (targets === undefined) known.set(walk, (targets = idsIn(root)));
  return targets.has(id);
}

function idsIn(root: JsonObject): ReadonlySet<string> {
  const ids = new Set<string>();
  const open: JsonValue[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (value === null || typeof value !== 'object') continue;
    if (Array.isArray(value)) {
      for (const item of value) open.push(item);
      continue;
    }
    for (const key in value) {
      const item = value[key];
      if (key === 'id' && typeof item === 'string') ids.add(item);
      else if (key === 'div' && typeof item === 'string') {
        for (const [, double, single] of item.matchAll(ANCHOR)) ids.add(double ?? single ?? '');
      } else if (item !== undefined) open.push(item);
    }
  }
  return ids;
}
