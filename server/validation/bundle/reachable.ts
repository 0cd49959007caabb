import { eachString } from '../references/each-string.ts';
import type { BundleEntry, BundleIndex } from './bundle-index.ts';

/** Links and images in narratives. */
const LINK = /\s(?:href|src)\s*=\s*["']([^"'#]+)/g;

export interface Reachable {
  /** Entries that links lead to from the first one. */
  readonly reached: ReadonlySet<BundleEntry>;
  /** Entries that are only reached when links are also followed from their target to where they stand. */
  readonly backwards: ReadonlySet<BundleEntry>;
}

/** Follows whatever in a resource names another entry: references, uris, links of narratives. Linear in the Bundle's size. */
export function reachableEntries(first: BundleEntry, index: BundleIndex, urls: readonly string[]): Reachable {
  const links = new Map<BundleEntry, readonly BundleEntry[]>();
  const sources = new Map<BundleEntry, BundleEntry[]>();
  for (const entry of index.entries) {
    const targets = targetsOf(entry, index);
    links.set(entry, targets);
    for (const target of targets) {
      const list = sources.get(target);
      if (list === undefined) sources.set(target, [entry]);
      else list.push(entry);
    }
  }
  const start = [first, ...urls.flatMap((url) => index.find(url, first.entry))];
  const reached = new Set<BundleEntry>(start);
  follow(start, (entry) => links.get(entry) ?? [], reached);
  const all = new Set(reached);
  follow([...all], (entry) => [...(sources.get(entry) ?? []), ...(links.get(entry) ?? [])], all);
  return { reached, backwards: new Set([...all].filter((entry) => !reached.has(entry))) };
}

function follow(
  start: readonly BundleEntry[],
  next: (entry: BundleEntry) => readonly BundleEntry[],
  seen: Set<BundleEntry>,
): void {
  const open = [...start];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    for (const target of next(entry)) {
      if (seen.has(target)) continue;
      seen.add(target);
      open.push(target);
    }
  }
}

function targetsOf({ entry, resource }: BundleEntry, index: BundleIndex): readonly BundleEntry[] {
  const targets = new Set<BundleEntry>();
  const add = (text: string): void => {
    for (const target of index.find(text, entry)) targets.add(target);
  };
  eachString(resource ?? null, (text) => {
    if (!text.startsWith('<div')) add(text);
    else for (const [, link] of text.matchAll(LINK)) add(link ?? '');
  });
  return [...targets];
}
