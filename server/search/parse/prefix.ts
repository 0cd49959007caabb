import type { Prefix } from '../tree.ts';

const PREFIXES: ReadonlySet<string> = new Set([
  'eq',
  'ne',
  'gt',
  'lt',
  'ge',
  'le',
  'sa',
  'eb',
  'ap',
] satisfies Prefix[]);

export const PREFIX_LIST = 'eq, ne, gt, lt, ge, le, sa, eb, ap';

/** The two letters that a number, date or quantity may start with; undefined where there are none of them. */
export function prefixOf(value: string): Prefix | undefined {
  const start = value.slice(0, 2);
  return isPrefix(start) ? start : undefined;
}

export function isPrefix(text: string): text is Prefix {
  return PREFIXES.has(text);
}
