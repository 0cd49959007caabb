/** A line that is another one; empty where there is none. */
export interface ChangedLine {
  /** From 1 on, in the text that has more of them. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/**
 * Which lines of two texts differ. What both begin and end with is the same; between, lines are compared one by one: segments are
 * mostly changed, seldom added.
 */
export function changedLines(before: string, after: string): readonly ChangedLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const changed: ChangedLine[] = [];
  for (let at = start; at < Math.max(old.length, now.length) - end; at += 1) {
    const was = at < old.length - end ? (old[at] ?? '') : '';
    const is = at < now.length - end ? (now[at] ?? '') : '';
    if (was !== is) changed.push({ line: at + 1, before: was, after: is });
  }
  return changed;
}
