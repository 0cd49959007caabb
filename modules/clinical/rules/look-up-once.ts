import type { RuleContext } from '#sdk';

/** What a rule looks up at the end of a transaction, once for all changes that need it. @param key of this module alone */
export function lookUpOnce<T>(context: RuleContext, key: string, load: () => Promise<T>): Promise<T> {
  const known = context.shared.get(key) as Promise<T> | undefined;
  if (known !== undefined) return known;
  const loading = load();
  context.shared.set(key, loading);
  return loading;
}
