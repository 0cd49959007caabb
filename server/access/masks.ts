import type { Selection } from './rules.ts';

/** Paths that are hidden in some of the resources that the grants select; none when a grant shows all of them whole. */
export function hiddenEverywhere(selections: readonly Selection[]): readonly string[] {
  if (selections.some(({ selected, hidden }) => selected === 'all' && hidden.length === 0)) return [];
  return [...new Set(selections.flatMap(({ hidden }) => hidden))];
}

/** Those of a grant's paths that are of the type. */
export function pathsOf(paths: readonly string[], type: string): readonly string[] {
  return paths.filter((path) => path.startsWith(`${type}.`));
}

/** Paths that every one of the lists covers: what one grant shows is shown. */
export function sharedPaths(lists: readonly (readonly string[])[]): readonly string[] {
  const [first, ...others] = lists;
  if (first === undefined) return [];
  if (others.length === 0) return first;
  const candidates = [...new Set(lists.flat())];
  return candidates.filter((path) =>
    lists.every((list) => list.some((other) => path === other || path.startsWith(`${other}.`))),
  );
}
