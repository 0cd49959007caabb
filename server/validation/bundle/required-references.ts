import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';
import type { BundleEntry, BundleIndex } from './bundle-index.ts';

/**
 * References at the path of an entry's resource that must lead to an entry of the Bundle, because whoever receives it
 * has nothing else.
 */
export function requireEntries(from: BundleEntry, path: readonly string[], index: BundleIndex, walk: Walk): void {
  for (const { reference, at } of referencesAt(from.resource, path)) {
    if (reference.startsWith('#') || index.find(reference, from.entry).length > 0) continue;
    const text = `No entry is "${shown(reference)}". Expected is an entry for whatever ${path.join('.')} refers to.`;
    addIssueAt(walk, ['entry', from.index, 'resource', ...at, 'reference'], 'not-found', text);
  }
}

interface Found {
  readonly reference: string;
  readonly at: readonly (string | number)[];
}

function referencesAt(resource: JsonObject | undefined, path: readonly string[]): readonly Found[] {
  let level: readonly { readonly value: JsonValue | undefined; readonly at: readonly (string | number)[] }[] = [
    { value: resource, at: [] },
  ];
  for (const name of path) {
    level = level.flatMap(({ value, at }) => {
      const child = isObject(value) ? value[name] : undefined;
      if (!Array.isArray(child)) return child === undefined ? [] : [{ value: child, at: [...at, name] }];
      return child.map((item, index) => ({ value: item, at: [...at, name, index] }));
    });
  }
  return level.flatMap(({ value, at }) =>
    isObject(value) && typeof value.reference === 'string' ? [{ reference: value.reference, at }] : [],
  );
}
