/** What the setting MODULES says. */
export interface Selection {
  /** Undefined: all that are there. */
  readonly named: ReadonlySet<string> | undefined;
  readonly leftOut: ReadonlySet<string>;
}

export const ALL_MODULES: Selection = { named: undefined, leftOut: new Set() };

const ITEM = /^(-?)([a-z][a-z0-9-]{0,39})$/;

/**
 * `all`, or names; `-` before a name leaves it out. A list of such alone is meant of all.
 * @throws Error when the text is not acceptable
 */
export function readSelection(text: string): Selection {
  const named = new Set<string>();
  const leftOut = new Set<string>();
  for (const item of text.split(',')) {
    const [, minus, name] = ITEM.exec(item.trim()) ?? [];
    if (name === undefined) throw new Error('names of modules, separated by commas');
    (minus === '-' ? leftOut : named).add(name);
  }
  return { named: named.size === 0 || named.has('all') ? undefined : named, leftOut };
}
